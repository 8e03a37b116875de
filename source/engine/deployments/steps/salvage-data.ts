import type {Step} from '../../jobs/step.js';
import {collectHolding} from '../collect-holding.js';
import type {DeploymentRun} from '../deployment-run.js';

/**
After a run that failed: brings home what there is. What was never made is only remarked; what is there and cannot be
brought (this machine's disk is full, the instance does not answer) holds the instances as after a good run.
*/
export const salvageData: Step<DeploymentRun> = {
	name: 'salvage-data',
	enters: 'COLLECTING_DATA',
	async do(run) {
		const missing = await collectHolding(run, ({isAbsent, isLost}) => !isAbsent && !isLost);
		if (missing.length > 0) {
			const texts = missing.map(({text}) => text);
			await run.say('warning', `Not all data was there after the failure: ${texts.join('; ')}.`);
		}
	},
};
