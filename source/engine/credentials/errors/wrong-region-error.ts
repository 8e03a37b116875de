import {AppError} from '../../errors/app-error.js';

/** No request can be signed for a region of this name. */
export class WrongRegionError extends AppError {
	override readonly name = 'WrongRegionError';
	override readonly hint = 'Edit the cloud: a region is letters, digits and hyphens, such as eu-west-1.';

	constructor(
		readonly cloud: string,
		readonly region: string,
	) {
		super(`The region of the cloud ${cloud}, ${region}, cannot be a region.`);
	}
}
