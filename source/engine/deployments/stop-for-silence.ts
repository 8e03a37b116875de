import {AppError} from '../errors/app-error.js';
import {JobSuspendedError} from '../jobs/job-suspended-error.js';
import type {Deployment} from './deployment.js';
import type {DeploymentRun} from './deployment-run.js';

/**
The cloud gives no answer where only it can tell whether all is gone. That is no end: the deployment is left to be resumed.

@returns What the caller is to throw.
*/
export const stopForSilence = ({deployment}: Pick<DeploymentRun, 'deployment'>, error: unknown): JobSuspendedError =>
	suspended(deployment, `It cannot be seen to that nothing of ${deployment.launchKey} is left and costs money`, error);

/**
The cloud does not tell how the instances stand, or refuses to. Nothing is given up for that: they live until their lease is over.

@returns What the caller is to throw.
*/
export const stopUnheard = (deployment: Deployment, error: unknown): JobSuspendedError =>
	suspended(deployment, `It cannot be seen how the instances of ${deployment.launchKey} stand; they are kept`, error);

function suspended({id}: Deployment, message: string, error: unknown): JobSuspendedError {
	const cause = error instanceof Error ? error.message : String(error);
	const mend = error instanceof AppError ? error.hint : 'Look at the state of the cloud.';
	return new JobSuspendedError(`${message}: ${cause}`, `${mend} Then run \`d2cm resume ${id}\`.`, {cause: error});
}
