import type {JournalRecord} from '../jobs/journal.js';
import {textList} from '../jobs/step-marks.js';
import type {DeploymentRun} from './deployment-run.js';

/** Writes down what could not be taken away, so that the end of the job says it, also when another process writes the end. */
export async function noteRemaining(
	{journal, say}: Pick<DeploymentRun, 'journal' | 'say'>,
	left: readonly string[],
): Promise<void> {
	await journal.append({kind: 'step', step: 'remains', mark: 'finished', data: {left}});
	await say('error', `Could not be removed: ${left.join(', ')}.`, {hint: 'Run `d2cm reap` to try again.'});
}

export function remaining(records: readonly JournalRecord[]): readonly string[] {
	const left = records.flatMap(record =>
		record.kind === 'step' && record.step === 'remains' ? textList(record.data, 'left') : [],
	);
	return [...new Set(left)];
}
