import {AppError} from '../../../errors/app-error.js';

/** There is another AMI of this name already. */
export class AmiNameTakenError extends AppError {
	override readonly name = 'AmiNameTakenError';
	override readonly hint = 'Choose another name, or deregister that AMI.';

	constructor(
		readonly amiName: string,
		readonly imageId?: string,
	) {
		super(`The name ${amiName} is taken${imageId === undefined ? '' : ` by ${imageId}`}, which has another disk.`);
	}
}
