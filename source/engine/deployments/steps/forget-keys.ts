import type {Step} from '../../jobs/step.js';
import {forgetSecrets} from '../deployment-keys.js';
import type {DeploymentRun} from '../deployment-run.js';

export const forgetKeys: Step<DeploymentRun> = {
	name: 'forget-keys',
	async do({folder}) {
		await forgetSecrets(folder);
	},
};
