import {AppError} from '../engine/errors/app-error.js';

/** The data folder would be one that others can read and that holds other things. */
export class OpenHomeError extends AppError {
	override readonly name = 'OpenHomeError';
	override readonly hint = 'Set D2CM_HOME to a folder of its own, for example ~/.d2c.';

	constructor(readonly home: string) {
		super(`${home} holds other things and others can read it, so D2CM keeps no secrets there.`);
	}
}

/** The data folder, or something in it, may be in another user's hands. */
export class ForeignHomeError extends AppError {
	override readonly name = 'ForeignHomeError';

	constructor(
		message: string,
		override readonly hint: string,
	) {
		super(message);
	}
}
