import type {Deployment, DeploymentState} from '../engine/deployments/deployment.js';
import {loginUser} from '../engine/deployments/login-user.js';
import {type DeployedNode, deployedNodes} from '../engine/deployments/node.js';
import {unrunAsDeployment} from '../engine/deployments/unrun.js';
import {stepRecord, textList} from '../engine/jobs/step-marks.js';
import type {XportTable} from '../engine/monitoring/parse-xport.js';
import {readSeries} from '../engine/monitoring/read-series.js';
import {jobPaths} from '../store/paths.js';
import {readJournal} from '../store/read-journal.js';
import type {ActionContext} from './action-context.js';
import type {D2cm, JobSummary, NodeInstance} from './d2cm.js';
import {UnknownJobError} from './errors/unknown-job-error.js';
import {UnknownNameError} from './errors/unknown-name-error.js';
import {unrunSummary} from './job-actions.js';
import {findAny, findJob, type JobDefinition} from './job-folders.js';
import {keptFor} from './kept-for.js';
import {instancesOf} from './known-instances.js';
import {resultsIn} from './results-in.js';
import {findUnrun} from './unrun-folders.js';

type ViewActions = Pick<D2cm, 'deployment' | 'consoleOutput' | 'metrics'>;
type DeploymentJob = Extract<JobDefinition, {kind: 'deployment'}>;

/** Curves of a day cost half a second to read, and screens ask after every change. */
const keepSeriesMs = 5000;

/** Looking into one deployment. */
export function viewActions(
	{paths, store, cloud: openCloud}: ActionContext,
	summaryOf: (id: string) => Promise<JobSummary>,
): ViewActions {
	const pieces = new Map<string, XportTable>();
	const askFor = instancesOf(openCloud);
	const series = keptFor(keepSeriesMs, (folder: string) => readSeries(folder, {known: pieces}));
	const complete = new Map<string, readonly ReservedNode[]>();
	const nodesOf = async ({folder, definition}: DeploymentJob) => {
		const nodes = complete.get(folder) ?? (await reservedNodes(folder, definition));
		// Once all are reserved and entered they stay the same, and long journals need not be read again.
		const isWhole = nodes.length === definition.roles.reduce((sum, {count}) => sum + count, 0);
		if (isWhole && nodes.every(({user}) => user !== undefined)) {
			complete.set(folder, nodes);
		}

		return nodes;
	};

	const find = async (id: string): Promise<DeploymentJob> => {
		const job = await findJob(paths, id);
		if (job.kind !== 'deployment') {
			throw new UnknownJobError(id);
		}

		return job;
	};

	return {
		async deployment(id) {
			const found = await findAny(paths, id);
			if (found.kind === 'unrun') {
				const {unrun} = await findUnrun(paths, id);
				return {
					summary: unrunSummary(found),
					definition: unrunAsDeployment(unrun, store.data().installation),
					state: 'NOT_RUN',
					nodes: [],
					results: [],
				};
			}

			const job = await find(id);
			const {folder, definition} = job;
			const summary = await summaryOf(id);
			const reserved = await nodesOf(job);
			const {known, silence} = reserved.length > 0 ? await askFor(definition) : {known: new Map<string, never>()};
			return {
				summary,
				definition,
				state: summary.state as DeploymentState,
				nodes: reserved.map(node => ({
					name: node.name,
					role: node.role.name,
					...(node.user !== undefined && {user: node.user}),
					instance: known.get(node.instanceId) ?? {
						...unseenInstance(node, definition),
						// Clouds forget what was terminated some time ago.
						state: silence === undefined || summary.end !== undefined ? 'terminated' : 'unknown',
					},
				})),
				...(silence !== undefined && {silence}),
				results: await resultsIn(folder, definition),
			};
		},
		async consoleOutput(id, instance) {
			const job = await find(id);
			const nodes = await nodesOf(job);
			const node = nodes.find(({name, instanceId}) => name === instance || instanceId === instance);
			if (!node) {
				throw new UnknownNameError(
					'instance',
					instance,
					nodes.map(({name}) => name),
				);
			}

			return (await openCloud(job.definition.cloud)).consoleOutput(node.instanceId);
		},
		async metrics(id) {
			const found = await findAny(paths, id);
			return found.kind === 'unrun' ? [] : series((await find(id)).folder);
		},
	};
}

type ReservedNode = DeployedNode & {readonly user: string | undefined};

async function reservedNodes(folder: string, definition: Deployment): Promise<readonly ReservedNode[]> {
	const {records} = await readJournal(jobPaths(folder).journal);
	const nodes = deployedNodes(definition, role =>
		textList(stepRecord(records, 'reserve', 'finished', role.name)?.data, 'instances'),
	);
	return nodes.map(node => ({...node, user: loginUser(records, node)}));
}

/** What this machine knows of an instance by itself. */
function unseenInstance({instanceId, role}: DeployedNode, {createdAt}: Deployment): Omit<NodeInstance, 'state'> {
	return {
		id: instanceId,
		imageId: role.imageId,
		instanceType: role.instanceType,
		clientToken: '',
		tags: {},
		launchedAt: createdAt,
	};
}
