import type {AwsCalls} from '../../cloud/ec2/aws-calls.js';
import {findImportTask} from './find-import-task.js';

const pauseMs = 3000;
const mostLooks = 100;

/**
Ends a task, and waits until it can make no snapshot any more.

@returns The snapshot it had made before, if any.
*/
export async function cancelImport(calls: AwsCalls, taskId: string, signal: AbortSignal): Promise<string | undefined> {
	let unseen = 0;
	for (let look = 0; look < mostLooks; look++) {
		const task = await findImportTask(calls, taskId, signal);
		unseen += task ? 0 : 1;
		if (task?.status === 'completed' || task?.status === 'deleted' || unseen >= 10) {
			return task?.snapshotId;
		}

		if (task?.status !== 'deleting') {
			await askToCancel(calls, taskId, signal);
		}

		await calls.clock.sleep(pauseMs, signal);
	}

	throw new Error(`The import ${taskId} was cancelled and does not end.`);
}

/** It may have ended meanwhile, or not be seen yet: the next look tells. */
async function askToCancel(calls: AwsCalls, taskId: string, signal: AbortSignal): Promise<void> {
	try {
		await calls.ec2(
			'CancelImportTask',
			async (client, {CancelImportTaskCommand}, options) =>
				client.send(
					new CancelImportTaskCommand({ImportTaskId: taskId, CancelReason: 'Cancelled by the user'}),
					options,
				),
			signal,
		);
	} catch (error) {
		if (
			!(error instanceof Error && (error.name === 'IncorrectState' || error.name.startsWith('InvalidConversionTaskId')))
		) {
			throw error;
		}
	}
}
