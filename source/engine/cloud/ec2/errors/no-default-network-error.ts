import {AppError} from '../../../errors/app-error.js';

/** The account has no network instances are put in when none is named. */
export class NoDefaultNetworkError extends AppError {
	override readonly name = 'NoDefaultNetworkError';
	override readonly hint = 'Make one (`aws ec2 create-default-vpc`), or choose another region.';

	constructor(cloud: string, options?: ErrorOptions) {
		super(`The account has no default VPC on the cloud ${cloud}.`, options);
	}
}
