import type {DeploymentRun} from './deployment-run.js';

/** Since anything may cost money; 0 before. */
export function secondsSinceReservation({journal, clock}: Pick<DeploymentRun, 'journal' | 'clock'>): number {
	const first = journal.records.find(
		record => record.kind === 'step' && record.step === 'reserve' && record.mark === 'started',
	);
	return first ? Math.max(0, clock.now().getTime() - Date.parse(first.at)) / 1000 : 0;
}
