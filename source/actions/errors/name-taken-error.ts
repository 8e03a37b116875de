import {AppError} from '../../engine/errors/app-error.js';

export class NameTakenError extends AppError {
	override readonly name = 'NameTakenError';
	override readonly hint = 'Choose another name, or remove the other first.';

	constructor(what: string, taken: string) {
		super(`There is another ${what} named ${taken}.`);
	}
}
