import {AppError} from '../../engine/errors/app-error.js';

/** The process of a job did not begin its work. */
export class JobStartError extends AppError {
	override readonly name = 'JobStartError';
	override readonly hint: string;

	constructor(
		readonly id: string,
		logFile: string,
		lastWords: string,
	) {
		super(`The process of job ${id} did not start${lastWords === '' ? '' : `: ${lastWords}`}.`);
		this.hint = `Read ${logFile}, then run \`d2cm resume ${id}\`.`;
	}
}
