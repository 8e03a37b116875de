import {AppError} from '../../errors/app-error.js';

export class AclRefusedError extends AppError {
	override readonly name = 'AclRefusedError';
	override readonly hint =
		'Allow ACLs for the bucket (Object Ownership: bucket owner preferred), or choose another bucket. Where the store knows none at all, give the cloud the kind EC2-compatible.';

	constructor(
		readonly bucket: string,
		options?: ErrorOptions,
	) {
		super(`The bucket ${bucket} accepts no ACLs, and without one the cloud cannot read what we put there.`, options);
	}
}
