import type {DeployedRole} from './deployment.js';
import type {DeploymentRun} from './deployment-run.js';
import {elapsedSince} from './elapsed-since.js';
import {hadInstances} from './had-instances.js';

export type Spending = {
	/** By now, and rather too much than too little. */
	readonly usd: number;
	/** What still runs, one by one. */
	readonly living: readonly DeployedRole[];
	/** That they cost. */
	readonly hourlyUsd: number;
};

/** What a deployment has spent; no clock that is set makes it less. Undefined where a price is not known. */
export function spending(run: Pick<DeploymentRun, 'deployment' | 'journal' | 'clock'>): Spending | undefined {
	const had = hadInstances(run.deployment.roles, run.journal.records);
	let [usd, hourlyUsd] = [0, 0];
	for (const {role, from, until, since} of had) {
		if (role.hourlyUsd === undefined) {
			return undefined;
		}

		const ms = until === undefined ? elapsedSince(run, since) : Date.parse(until) - Date.parse(from);
		usd += (Math.max(0, ms) / 3_600_000) * role.hourlyUsd;
		hourlyUsd += until === undefined ? role.hourlyUsd : 0;
	}

	const living = had.filter(({until}) => until === undefined).map(({role}) => ({...role, count: 1}));
	return {usd, living, hourlyUsd};
}
