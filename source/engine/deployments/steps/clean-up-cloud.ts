import {isNoAnswer, isUnanswered} from '../../cloud/may-pass.js';
import type {Step} from '../../jobs/step.js';
import {isBegun} from '../../jobs/step-marks.js';
import type {DeploymentRun} from '../deployment-run.js';
import {noteRemaining, remaining} from '../remaining.js';
import {stopForSilence} from '../stop-for-silence.js';

/** Takes away what the instances shared. While an instance is left, it is left too. */
export const cleanUpCloud: Step<DeploymentRun> = {
	name: 'clean-up-cloud',
	async do(run) {
		const {cloud, ask, deployment, journal, owner} = run;
		if (remaining(journal.records).length > 0 || !isBegun(journal.records, 'prepare-cloud')) {
			return;
		}

		try {
			const whose = await owner();
			// A right that is missing now may be there in a moment: Amazon takes its time with them.
			await ask(async () => cloud.cleanUp(whose), undefined, isNoAnswer);
		} catch (error) {
			if (isUnanswered(error)) {
				throw stopForSilence(run, error);
			}

			await run.say('warning', `Cleaning up failed: ${error instanceof Error ? error.message : String(error)}`);
			await noteRemaining(run, [`key pair and network of ${deployment.launchKey}`]);
		}
	},
};
