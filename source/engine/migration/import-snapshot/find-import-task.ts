import type {AwsCalls} from '../../cloud/ec2/aws-calls.js';
import {isShaped} from '../../cloud/ec2/shapes.js';

export type ImportTask = {
	readonly id: string;
	/** `deleted` is what has failed, or was cancelled. */
	readonly status: 'active' | 'completed' | 'deleting' | 'deleted';
	/** In the cloud's words: what it is doing, or why it failed. */
	readonly message: string | undefined;
	readonly percent: number | undefined;
	readonly snapshotId: string | undefined;
};

/** Undefined: the cloud does not know it, or not yet. */
export async function findImportTask(
	calls: AwsCalls,
	taskId: string,
	signal: AbortSignal,
): Promise<ImportTask | undefined> {
	try {
		const {ImportSnapshotTasks: [task] = []} = await calls.ec2(
			'DescribeImportSnapshotTasks',
			async (client, {DescribeImportSnapshotTasksCommand}, options) =>
				client.send(new DescribeImportSnapshotTasksCommand({ImportTaskIds: [taskId]}), options),
			signal,
		);
		const {Status, StatusMessage, Progress, SnapshotId} = task?.SnapshotTaskDetail ?? {};
		return (
			task && {
				id: taskId,
				status: Status === 'completed' || Status === 'deleting' || Status === 'deleted' ? Status : 'active',
				message: StatusMessage,
				percent: Progress === undefined ? undefined : Number(Progress),
				snapshotId: isShaped('snapshot', SnapshotId) ? SnapshotId : undefined,
			}
		);
	} catch (error) {
		if (error instanceof Error && error.name.startsWith('InvalidConversionTaskId')) {
			return undefined;
		}

		throw error;
	}
}
