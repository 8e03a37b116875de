import {AppError} from '../../errors/app-error.js';
import {JobSuspendedError} from '../../jobs/job-suspended-error.js';
import type {Step} from '../../jobs/step.js';
import {isFinished} from '../../jobs/step-marks.js';
import {LocalFileError} from '../../ssh/local-file-error.js';
import type {DeploymentRun} from '../deployment-run.js';
import {filesToStage} from '../staging/files-to-stage.js';
import {stageFile} from '../staging/stage-file.js';

/**
Brings what is large and wanted by several instances to the cloud once, before anything there is paid for by the hour. Where that
does not work, each instance gets it from here.
*/
export const stageInputs: Step<DeploymentRun> = {
	name: 'stage-inputs',
	async do(run) {
		const {cloud, deployment, journal} = run;
		// A deployment that was begun before there was this step has uploaded already.
		if (!cloud.staging || isFinished(journal.records, 'upload-files')) {
			return;
		}

		const staging = {...cloud.staging, store: cloud.staging.store.under(run.cancel)};
		const files = await filesToStage(deployment.roles, staging.leastBytes);
		try {
			for (const [index, file] of files.entries()) {
				const stage = async () => {
					if (index === 0) {
						await staging.store.makeBucket(staging.bucket);
					}

					return stageFile(run, staging, file);
				};
				await run.once('stage', file.local, stage, {bucket: staging.bucket});
			}
		} catch (error) {
			run.cancel.throwIfAborted();
			if (!isOfStore(error)) {
				throw error;
			}

			const message = `Large inputs go to each instance from here, since they cannot lie in the cloud: ${error.message}`;
			await run.say('warning', message, {hint: error.hint});
		}
	},
};

function isOfStore(error: unknown): error is AppError {
	return error instanceof AppError && !(error instanceof JobSuspendedError) && !(error instanceof LocalFileError);
}
