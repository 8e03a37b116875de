import {AppError} from '../../../errors/app-error.js';

/** The keys are good, but have no right to do this. */
export class NotAllowedError extends AppError {
	override readonly name = 'NotAllowedError';
	override readonly hint: string;

	constructor(
		/** As policies name it: `ebs:PutSnapshotBlock`. */
		readonly right: string,
		options?: ErrorOptions,
	) {
		super(`The credential has no right to ${right}.`, options);
		this.hint = `Ask the owner of the account to allow ${right}.`;
	}
}
