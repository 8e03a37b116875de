import type {Step} from '../../jobs/step.js';
import type {DeploymentRun} from '../deployment-run.js';

/** Goes on beside the later steps, in each process anew. */
export const watchMonitoring: Step<DeploymentRun> = {
	name: 'watch-monitoring',
	ofProcess: true,
	async do({monitoring}) {
		monitoring.start();
	},
};
