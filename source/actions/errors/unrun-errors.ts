import {AppError} from '../../engine/errors/app-error.js';

/** Only what was started can be looked into, cancelled, resumed or run again. */
export class NotStartedError extends AppError {
	override readonly name = 'NotStartedError';
	override readonly hint: string;

	constructor(readonly id: string) {
		super(`Deployment ${id} was not started yet.`);
		this.hint = `Start it: d2cm start ${id}. Or delete it: d2cm delete ${id}.`;
	}
}

/** What was to be started or changed is not as it was when it was last looked at. */
export class UnrunGoneError extends AppError {
	override readonly name = 'UnrunGoneError';

	private constructor(
		message: string,
		override readonly hint: string,
	) {
		super(message);
	}

	static started(id: string): UnrunGoneError {
		return new UnrunGoneError(`Deployment ${id} was started already.`, `See it: d2cm events ${id} --follow`);
	}

	static changed(id: string): UnrunGoneError {
		return new UnrunGoneError(
			`Deployment ${id} was changed since its price was shown, so it was not started.`,
			`Look at it again: d2cm start ${id}`,
		);
	}
}

export class UnrunDamagedError extends AppError {
	override readonly name = 'UnrunDamagedError';
	override readonly hint: string;

	constructor(id: string, file: string) {
		super(`${file} is damaged, so deployment ${id} cannot be started or changed.`);
		this.hint = `Delete it, nothing of it was ever started: d2cm delete ${id}`;
	}
}
