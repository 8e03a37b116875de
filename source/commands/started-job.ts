import type {D2cm, JobSummary} from '../actions/d2cm.js';
import type {Call} from './command.js';
import {followToEnd, howToEnd} from './follow-to-end.js';

/** Names a job that was just started and, unless it shall be left alone, follows it to its end. */
export async function startedJob(
	d2cm: D2cm,
	job: JobSummary,
	{options, json, output}: Pick<Call, 'options' | 'json' | 'output'>,
): Promise<number> {
	if (json) {
		output.printJson(options.has('detach') ? job : {job});
	} else {
		output.print(`Started ${job.kind} ${job.id} (${job.title} on ${job.cloud}).`);
	}

	if (options.has('detach')) {
		if (!json) {
			output.print(`See it: d2cm events ${job.id} --follow. End it: ${howToEnd(job)}.`);
		}

		return 0;
	}

	const status = await followToEnd(d2cm, job.id, {output, json});
	if (!json && job.kind === 'deployment') {
		output.print(`Its folder: ${job.folder}`);
	}

	return status;
}
