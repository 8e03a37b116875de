import {AppError} from '../engine/errors/app-error.js';

/** The process of a job ended before the job did. */
export class JobStoppedError extends AppError {
	override readonly name = 'JobStoppedError';
	override readonly hint: string;

	constructor(
		readonly id: string,
		folder: string,
	) {
		super(`The process of job ${id} ended before the job did.`);
		this.hint = `Run \`d2cm resume ${id}\` to go on; ${folder}/job.log has its last words.`;
	}
}
