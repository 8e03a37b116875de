import type {D2cm, DeploymentRequest, JobSummary} from '../actions/d2cm.js';
import {AppError} from '../engine/errors/app-error.js';
import type {Call} from './command.js';
import {planLines} from './confirm-and-start.js';
import {sentence} from './wrap-words.js';

/** Makes a deployment and does not start it. */
export async function keepForLater(d2cm: D2cm, request: DeploymentRequest, call: Call): Promise<number> {
	const job = await d2cm.keepDeployment(request);
	return sayKept(d2cm, job, `Deployment ${job.id} (${job.title} on ${job.cloud}) is made and not started.`, call);
}

/** Says what would come of starting it now. That it could not be is no error: it is not to be started now. */
export async function sayKept(d2cm: D2cm, job: JobSummary, done: string, {json, output}: Call): Promise<number> {
	const remarks = await d2cm.planStart(job.id).then(planLines, (error: unknown) => {
		if (error instanceof AppError) {
			return [`It cannot be started as it is now: ${error.message} ${error.hint}`];
		}

		throw error;
	});
	if (json) {
		output.printJson(job);
		for (const line of remarks) output.remark(line);
		return 0;
	}

	output.print(done);
	for (const line of remarks) output.print(sentence(line, output));
	output.print(`Start it: d2cm start ${job.id}. Change it: d2cm change ${job.id}. Delete it: d2cm delete ${job.id}.`);
	return 0;
}
