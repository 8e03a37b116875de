import type {DeploymentRun} from './deployment-run.js';
import {elapsedSince} from './elapsed-since.js';

/** Since anything may cost money; 0 before. */
export function secondsSinceReservation(run: Pick<DeploymentRun, 'journal' | 'clock'>): number {
	const first = run.journal.records.find(
		record => record.kind === 'step' && record.step === 'reserve' && record.mark === 'started',
	);
	return first ? elapsedSince(run, first) / 1000 : 0;
}
