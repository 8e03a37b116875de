import {AppError} from '../../engine/errors/app-error.js';

/** There is no adapter for this kind of cloud yet. */
export class UnsupportedCloudError extends AppError {
	override readonly name = 'UnsupportedCloudError';
	override readonly hint = 'Choose the cloud `local`, which is this machine.';

	constructor(
		readonly cloud: string,
		kind: string,
	) {
		super(`The cloud ${cloud} cannot be used: clouds of the kind ${kind} are not supported yet.`);
	}
}
