import type {Step} from '../../jobs/step.js';
import {isFinished} from '../../jobs/step-marks.js';
import {byId} from '../by-id.js';
import type {DeploymentRun} from '../deployment-run.js';
import {endOf} from '../instance-end.js';
import {InstanceLostError} from '../instance-lost-error.js';
import type {DeployedNode} from '../node.js';
import {nodeCompletion} from '../node-completion.js';
import {sayConsole} from '../say-console.js';
import {together} from '../together.js';

/** Waits until every instance of every role is done, while the cloud is asked whether all of them still run. */
export const waitForCompletion: Step<DeploymentRun> = {
	name: 'wait-for-completion',
	reaches: 'JOB_COMPLETED',
	async do(run) {
		const allDone = new AbortController();
		const nodes = run.nodes();
		const saidRoles = new Set<string>();
		const watch = async (signal: AbortSignal) => {
			try {
				await watchInstances(run, AbortSignal.any([signal, allDone.signal]));
			} catch (error) {
				if (!allDone.signal.aborted) {
					throw error;
				}
			}
		};
		const wait = async (signal: AbortSignal) => {
			await together(
				signal,
				nodes.length,
				nodes.map(node => async nodeSignal => {
					await run.once('node-done', node.name, async () => {
						await nodeCompletion(run, node, nodeSignal);
						return undefined;
					});
					await sayRoleDone(run, node.role.name, saidRoles);
				}),
			);
			allDone.abort(new Error('all are done'));
		};

		await together(run.cancel, 2, [wait, watch]);
	},
};

/** @param said Roles of which that is being said: the last nodes may be done at the same moment. */
async function sayRoleDone(run: DeploymentRun, role: string, said: Set<string>): Promise<void> {
	const {journal, once, say} = run;
	const isDone = run
		.nodes()
		.filter(node => node.role.name === role)
		.every(({name}) => isFinished(journal.records, 'node-done', name));
	if (isDone && !said.has(role)) {
		said.add(role);
		await once('role-done', role, async () => {
			await say('info', `Role ${role} Returning true for finished test`, {role});
			return undefined;
		});
	}
}

/**
Believes that an instance is gone once the cloud has said so twice: when it was asked for all of them, and some time later for this
one. A cloud that gives no answer, or refuses, does not end what runs: SSH tells how it stands.

@throws {InstanceLostError}
*/
async function watchInstances(run: DeploymentRun, signal: AbortSignal): Promise<never> {
	for (let suspects: readonly DeployedNode[] = []; ; ) {
		await run.clock.sleep(run.timing.completionPollMs, signal);
		const isSuspect = ({instanceId}: DeployedNode) => suspects.some(node => node.instanceId === instanceId);
		const ended = await endedOf(run, run.nodes(), signal);
		const again = await endedOf(run, ended.map(({node}) => node).filter(isSuspect), signal, {byId: true});
		for (const {node, end} of again) {
			await sayConsole(run, node);
			await run.once('lost', node.instanceId, async () => undefined);
			throw new InstanceLostError(node.name, node.instanceId, end);
		}

		suspects = ended.map(({node}) => node);
	}
}

type Ended = {readonly node: DeployedNode; readonly end: string};

async function endedOf(
	run: DeploymentRun,
	nodes: readonly DeployedNode[],
	signal: AbortSignal,
	how: {readonly byId?: boolean} = {},
): Promise<readonly Ended[]> {
	if (nodes.length === 0) {
		return [];
	}

	const ids = how.byId ? nodes.map(({instanceId}) => instanceId) : undefined;
	const known = byId((await run.instancesNow(signal, ids)) ?? []);
	return nodes.flatMap(node => {
		const instance = known.get(node.instanceId);
		const end = instance && endOf(instance);
		return end === undefined ? [] : [{node, end}];
	});
}
