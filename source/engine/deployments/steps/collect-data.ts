import type {Step} from '../../jobs/step.js';
import {collectHolding} from '../collect-holding.js';
import type {DeploymentRun} from '../deployment-run.js';

/** Brings the data home. All that was asked for has to be there. */
export const collectData: Step<DeploymentRun> = {
	name: 'collect-data',
	enters: 'COLLECTING_DATA',
	reaches: 'DATA_COLLECTED',
	async do(run) {
		await collectHolding(run, () => true);
	},
};
