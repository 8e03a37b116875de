import type {JournalRecord} from '../../jobs/journal.js';
import type {Step} from '../../jobs/step.js';
import {isBegun, isFinished, stepRecord} from '../../jobs/step-marks.js';
import type {DeploymentRun} from '../deployment-run.js';
import {isFinishing} from '../finish.js';
import {InstancesStoppedError} from '../instances-stopped-error.js';
import {wakeAsleep} from '../wake-asleep.js';

/**
Starts instances again that have stopped themselves, since no job had looked after them: the results are on their disks. What
was not begun on them yet is not begun any more.

@throws {InstancesStoppedError}
@throws {JobSuspendedError} When they cannot be started now; until then their disks are kept.
*/
export const wakeInstances: Step<DeploymentRun> = {
	name: 'wake-instances',
	ofProcess: true,
	async do(run) {
		if (run.cloud.start && run.deployment.roles.some(({stops}) => stops)) {
			await wakeAsleep(run);
			mustHaveBegun(run.journal.records);
		}
	},
};

/** What was set up on an instance is gone with its stop, but for files. @throws {InstancesStoppedError} */
function mustHaveBegun(records: readonly JournalRecord[]): void {
	const told = stepRecord(records, 'contextualize', 'started');
	const hasSlept = records.findLast(record => record.kind === 'step' && record.step === 'wake');
	const isTooSoon = told && hasSlept && hasSlept.seq > told.seq && !isFinished(records, 'start-async-scripts');
	if (isTooSoon && !isBegun(records, 'fail') && !isFinishing(records)) {
		throw new InstancesStoppedError();
	}
}
