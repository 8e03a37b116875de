import {type Instance, type Owner, tagNames} from '../cloud/cloud.js';
import type {JournalData} from '../jobs/journal.js';
import {isFinished, stepRecord, textList} from '../jobs/step-marks.js';
import {createRemoteTasks, type RemoteTaskRunner} from '../ssh/remote-task.js';
import {Connections} from './connections.js';
import {type DeploymentContext, defaultTiming, type Timing} from './deployment-context.js';
import {type DeploymentKeys, deploymentKeys} from './deployment-keys.js';
import {LeaseKeeper} from './lease/lease-keeper.js';
import {MonitoringWatch} from './monitoring-watch.js';
import {type DeployedNode, deployedNodes} from './node.js';
import {patiently} from './patiently.js';

/** What the steps of one deployment share while one process works on it. Everything lasting is in the journal. */
export type DeploymentRun = Omit<DeploymentContext, 'timing' | 'tasks'> & {
	readonly tasks: RemoteTaskRunner;
	readonly timing: Timing;
	readonly connections: Connections;
	readonly monitoring: MonitoringWatch;
	readonly lease: LeaseKeeper;

	/** One line of the live log. */
	say(level: 'info' | 'warning' | 'error', message: string, about?: About): Promise<void>;

	/** An effect on one subject: intent before, outcome after, skipped when the journal says that it is done. */
	once(
		step: string,
		subject: string,
		effect: () => Promise<JournalData | undefined>,
		intent?: JournalData,
	): Promise<void>;

	keys(): Promise<DeploymentKeys>;
	owner(): Promise<Owner>;

	/** As reserved, from the journal. */
	nodes(): readonly DeployedNode[];

	/** Every instance of this deployment that the cloud knows of. */
	instances(signal?: AbortSignal): Promise<readonly Instance[]>;
};

export type About = {readonly node?: DeployedNode; readonly role?: string; readonly hint?: string};

export function openRun(context: DeploymentContext): DeploymentRun {
	const {deployment, folder, cloud, journal, clock} = context;
	let keys: Promise<DeploymentKeys> | undefined;
	const base: Omit<DeploymentRun, 'connections' | 'monitoring' | 'lease'> = {
		...context,
		tasks: context.tasks ?? createRemoteTasks(deployment.launchKey),
		timing: {...defaultTiming, ...context.timing},
		async say(level, message, {node, role, hint} = {}) {
			const roleName = node?.role.name ?? role;
			await journal.append({
				kind: 'event',
				level,
				message,
				...(hint !== undefined && {hint}),
				...(roleName !== undefined && {role: roleName}),
				...(node && {instance: node.name}),
			});
		},
		async once(step, subject, effect, intent) {
			if (!isFinished(journal.records, step, subject)) {
				await journal.append({kind: 'step', step, subject, mark: 'started', ...(intent && {data: intent})});
				const data = await effect();
				await journal.append({kind: 'step', step, subject, mark: 'finished', ...(data && {data})});
			}
		},
		async keys() {
			keys ??= deploymentKeys(folder, deployment);
			return keys;
		},
		async owner() {
			const {login} = await base.keys();
			return {installation: deployment.installation, launchKey: deployment.launchKey, publicKey: login.publicKey};
		},
		nodes: () =>
			deployedNodes(deployment, role =>
				textList(stepRecord(journal.records, 'reserve', 'finished', role.name)?.data, 'instances'),
			),
		instances: signal =>
			patiently(
				clock,
				() =>
					cloud.describe({
						tags: {
							[tagNames.installation]: deployment.installation,
							[tagNames.deployment]: deployment.launchKey,
						},
					}),
				signal,
			),
	};

	const connections = new Connections(base);
	return {
		...base,
		connections,
		monitoring: new MonitoringWatch(base, connections),
		lease: new LeaseKeeper(base, connections),
	};
}
