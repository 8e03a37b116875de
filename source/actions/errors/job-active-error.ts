import {AppError} from '../../engine/errors/app-error.js';

/** Something of a job still runs or may still cost money, so it cannot be deleted. */
export class JobActiveError extends AppError {
	override readonly name = 'JobActiveError';
	override readonly hint: string;

	constructor(
		readonly id: string,
		/** One sentence. */
		why: string,
		hint = `Wait for its end, or cancel it: d2cm cancel ${id}`,
	) {
		super(why);
		this.hint = hint;
	}
}
