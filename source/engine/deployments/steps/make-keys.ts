import type {Step} from '../../jobs/step.js';
import type {DeploymentRun} from '../deployment-run.js';

export const makeKeys: Step<DeploymentRun> = {
	name: 'make-keys',
	enters: 'LAUNCHING_INSTANCES',
	async do({say, keys, rsaKey, deployment}) {
		await say('info', `Creating session key ${deployment.launchKey}`);
		// The first reservation waits for it; until then there is more to do.
		rsaKey().catch(() => undefined);
		await keys();
	},
};
