import type {Step} from '../../jobs/step.js';
import {collect} from '../collection.js';
import type {DeploymentRun} from '../deployment-run.js';

/** After a run that failed: brings home what there is, once, and only remarks what is missing. */
export const salvageData: Step<DeploymentRun> = {
	name: 'salvage-data',
	enters: 'COLLECTING_DATA',
	async do(run) {
		const missing = await collect(run);
		if (missing.length > 0) {
			const texts = missing.map(({text}) => text);
			await run.say('warning', `Not all data was there after the failure: ${texts.join('; ')}.`);
		}
	},
};
