import type {Step} from '../../jobs/step.js';
import type {DeploymentRun} from '../deployment-run.js';

export const prepareCloud: Step<DeploymentRun> = {
	name: 'prepare-cloud',
	async do({letIn, cancel}) {
		await letIn(cancel);
	},
};
