import {ImportFailedError} from './errors/import-failed-error.js';
import {findImportTask} from './find-import-task.js';
import type {SnapshotImport} from './snapshot-import.js';

const pauseMs = 5000;
/** Two hours without any news. */
const mostLooks = 1440;
/** A new task may not be seen yet, and one that is being given up says why when it is. */
const mostLooksInVain = 24;

/**
Waits for the snapshot a task makes, and passes on each news of it.

@throws {ImportFailedError} In the cloud's words.
*/
export async function awaitImport(
	{calls, signal, onTask}: Pick<SnapshotImport, 'calls' | 'signal' | 'onTask'>,
	taskId: string,
): Promise<string> {
	let news = '';
	let [looks, inVain] = [0, 0];
	for (;;) {
		const task = await findImportTask(calls, taskId, signal);
		const {status, message, percent, snapshotId} = task ?? {};
		if (status === 'completed' && snapshotId !== undefined) {
			return snapshotId;
		}

		inVain += task === undefined || status !== 'active' ? 1 : 0;
		if (status === 'deleted' || (status === 'deleting' && inVain >= mostLooksInVain)) {
			throw new ImportFailedError(taskId, message ?? 'the cloud does not say why');
		}

		if (inVain >= mostLooksInVain) {
			throw new ImportFailedError(taskId, task ? 'it has made no snapshot' : 'the cloud does not know it');
		}

		looks = news === `${message} ${percent}` ? looks + 1 : 0;
		if (looks >= mostLooks) {
			throw new ImportFailedError(taskId, `it is still ${message ?? 'active'}, without any news for two hours`);
		}

		if (looks === 0 && status === 'active') {
			onTask?.({taskId, message: message ?? 'active', percent});
		}

		news = `${message} ${percent}`;
		await calls.clock.sleep(pauseMs, signal);
	}
}
