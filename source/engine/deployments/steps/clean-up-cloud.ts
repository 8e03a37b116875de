import type {Step} from '../../jobs/step.js';
import type {DeploymentRun} from '../deployment-run.js';
import {patiently} from '../patiently.js';
import {noteRemaining, remaining} from '../remaining.js';

/** Takes away what the instances shared. While an instance is left, it is left too. */
export const cleanUpCloud: Step<DeploymentRun> = {
	name: 'clean-up-cloud',
	async do(run) {
		const {cloud, clock, deployment, journal, owner} = run;
		if (remaining(journal.records).length > 0) {
			return;
		}

		try {
			const whose = await owner();
			await patiently(clock, () => cloud.cleanUp(whose));
		} catch (error) {
			await run.say('warning', `Cleaning up failed: ${error instanceof Error ? error.message : String(error)}`);
			await noteRemaining(run, [`key pair and network of ${deployment.launchKey}`]);
		}
	},
};
