import {isUnanswered} from '../../cloud/may-pass.js';
import {stagedPrefix} from '../../cloud/staging.js';
import type {Step} from '../../jobs/step.js';
import type {DeploymentRun} from '../deployment-run.js';
import {noteRemaining} from '../remaining.js';
import {openStages} from '../staging/staged-files.js';
import {unstage} from '../staging/unstage.js';
import {stopForSilence} from '../stop-for-silence.js';

/** Takes large inputs out of the bucket again, whatever became of them. */
export const unstageInputs: Step<DeploymentRun> = {
	name: 'unstage-inputs',
	async do(run) {
		const {deployment, journal} = run;
		for (const bucket of openStages(journal.records)) {
			try {
				await unstage(run, bucket, run.ask);
			} catch (error) {
				if (isUnanswered(error)) {
					throw stopForSilence(run, error);
				}

				await run.say('warning', `Cleaning up failed: ${error instanceof Error ? error.message : String(error)}`);
				const prefix = stagedPrefix(deployment.installation, deployment.launchKey);
				await noteRemaining(run, [`objects ${prefix}* in the bucket ${bucket}`]);
			}
		}
	},
};
