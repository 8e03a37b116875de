import {AppError} from '../../../errors/app-error.js';

/** The cloud took the registration of an AMI and could make nothing of it. */
export class AmiFailedError extends AppError {
	override readonly name = 'AmiFailedError';
	override readonly hint = 'See what the cloud says of the AMI, then migrate again.';

	constructor(
		readonly imageId: string,
		why: string | undefined,
	) {
		super(`The AMI ${imageId} was not made: ${why ?? 'the cloud does not say why'}.`);
	}
}
