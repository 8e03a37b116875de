import {AppError} from '../errors/app-error.js';
import {JobSuspendedError} from '../jobs/job-suspended-error.js';
import type {DeploymentRun} from './deployment-run.js';

/**
The cloud gives no answer where only it can tell whether all is gone. That is no end: the deployment is left to be resumed.

@returns What the caller is to throw.
*/
export function stopForSilence({deployment}: Pick<DeploymentRun, 'deployment'>, error: unknown): JobSuspendedError {
	const cause = error instanceof Error ? error.message : String(error);
	const mend = error instanceof AppError ? error.hint : 'Look at the state of the cloud.';
	const message = `It cannot be seen to that nothing of ${deployment.launchKey} is left and costs money: ${cause}`;
	const hint = `${mend} Then run \`d2cm resume ${deployment.id}\`.`;
	return new JobSuspendedError(message, hint, {cause: error});
}
