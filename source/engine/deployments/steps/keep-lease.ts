import type {Step} from '../../jobs/step.js';
import type {DeploymentRun} from '../deployment-run.js';

/** Goes on beside the later steps, in each process anew. */
export const keepLease: Step<DeploymentRun> = {
	name: 'keep-lease',
	ofProcess: true,
	async do({lease}) {
		lease.start();
	},
};
