import type {Step} from '../../jobs/step.js';
import type {DeploymentRun} from '../deployment-run.js';

export const makeKeys: Step<DeploymentRun> = {
	name: 'make-keys',
	enters: 'LAUNCHING_INSTANCES',
	async do({say, keys, deployment}) {
		await say('info', `Creating session key ${deployment.launchKey}`);
		await keys();
	},
};
