import type {JournalRecord} from '../jobs/journal.js';
import {isBegun} from '../jobs/step-marks.js';
import type {DeploymentRun} from './deployment-run.js';

/** The step that tells that the user ended the run, results first; written to journals. */
export const finishStep = 'finish';

/** Whether the user ended the run, results first. */
export const isFinishing = (before: readonly JournalRecord[]): boolean => isBegun(before, finishStep);

export async function noteFinish({journal, say}: Pick<DeploymentRun, 'journal' | 'say'>): Promise<void> {
	if (!isFinishing(journal.records)) {
		// Rather said twice, by processes that die in between, than never.
		await say('info', 'Ended by the user, results first.');
		await journal.append({kind: 'step', step: finishStep, mark: 'started'});
	}
}
