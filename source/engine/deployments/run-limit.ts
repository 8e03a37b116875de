import type {DeploymentRun} from './deployment-run.js';
import {RunTimeError} from './run-time-error.js';

/**
The time of a run counts from when its instances knew each other.

@throws {RunTimeError} When it is over.
*/
export function mustBeInTime(
	{deployment, journal, clock}: Pick<DeploymentRun, 'deployment' | 'journal' | 'clock'>,
	waitingFor: string,
): void {
	const {maxRunMinutes} = deployment;
	const begun = journal.records.find(record => record.kind === 'state' && record.state === 'ROLES_CONTEXTUALIZED');
	if (begun && clock.now().getTime() - new Date(begun.at).getTime() > maxRunMinutes * 60_000) {
		throw new RunTimeError(maxRunMinutes, waitingFor);
	}
}
