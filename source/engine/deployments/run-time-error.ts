import {AppError} from '../errors/app-error.js';

/** The run took longer than the template allows. */
export class RunTimeError extends AppError {
	override readonly name = 'RunTimeError';
	override readonly hint = 'Raise --max-hours, or maxRunMinutes in the template, or choose larger or more instances.';

	constructor(
		readonly maxRunMinutes: number,
		/** What was still going on. */
		waitingFor: string,
	) {
		super(
			`The run was not over after ${maxRunMinutes} ${maxRunMinutes === 1 ? 'minute' : 'minutes'}, its limit; ${waitingFor}.`,
		);
	}
}
