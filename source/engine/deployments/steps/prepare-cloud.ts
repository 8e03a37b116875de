import type {Step} from '../../jobs/step.js';
import type {DeploymentRun} from '../deployment-run.js';

export const prepareCloud: Step<DeploymentRun> = {
	name: 'prepare-cloud',
	async do({cloud, owner, ask, cancel}) {
		const whose = await owner();
		await ask(async () => cloud.prepare(whose), cancel);
	},
};
