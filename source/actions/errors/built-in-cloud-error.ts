import {AppError} from '../../engine/errors/app-error.js';

export class BuiltInCloudError extends AppError {
	override readonly name = 'BuiltInCloudError';
	override readonly hint = 'Give another cloud another name; `local` is always this machine.';

	constructor() {
		super('The cloud `local` can be neither changed nor removed.');
	}
}
