import type {Step} from '../../jobs/step.js';
import type {DeploymentRun} from '../deployment-run.js';

export const finishMonitoring: Step<DeploymentRun> = {
	name: 'finish-monitoring',
	async do({monitoring}) {
		await monitoring.finish();
	},
};
