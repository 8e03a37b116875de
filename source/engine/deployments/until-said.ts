import type {RemoteTaskStatus} from '../ssh/remote-task.js';
import type {DeploymentRun} from './deployment-run.js';
import type {DeployedNode} from './node.js';

type Run = Pick<DeploymentRun, 'tasks' | 'connections' | 'clock'>;

/**
Waits for the end of one of some tasks as the instance says it by itself, or so long that it should be asked.

@returns How the task stands that has said so.
*/
export async function untilSaid(
	{tasks, connections, clock}: Run,
	node: DeployedNode,
	ids: readonly string[],
	pauseMs: number,
	signal: AbortSignal,
): Promise<{readonly id: string; readonly status: RemoteTaskStatus} | undefined> {
	const over = new AbortController();
	const each = AbortSignal.any([signal, over.signal]);
	const listen = async (id: string) => {
		const shell = await connections.open(node, each);
		const status = await tasks.whenEnded?.(shell, id, each);
		return status && {id, status};
	};
	try {
		const pause = clock.sleep(pauseMs, each).then(() => undefined);
		// Where nobody can be heard, asking tells why.
		const said = tasks.whenEnded ? ids.map(async id => listen(id).catch(async () => pause)) : [];
		return await Promise.race([pause, ...said]);
	} finally {
		over.abort('it is over');
	}
}
