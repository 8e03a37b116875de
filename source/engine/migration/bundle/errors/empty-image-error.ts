import {AppError} from '../../../errors/app-error.js';

export class EmptyImageError extends AppError {
	override readonly name = 'EmptyImageError';
	override readonly hint = 'Check which disk of the machine was chosen.';

	constructor() {
		super('The image has no bytes at all; there is nothing to bundle.');
	}
}
