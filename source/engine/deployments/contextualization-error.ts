import {AppError} from '../errors/app-error.js';

/** An instance could not be told of the others. */
export class ContextualizationError extends AppError {
	override readonly name = 'ContextualizationError';
	override readonly hint =
		'The guest needs a POSIX shell, sed and grep, and a disk with room; mend the image and migrate it again.';

	constructor(
		readonly node: string,
		what: string,
		lastWords: string,
	) {
		super(`${node} could not ${what}${lastWords ? `: ${lastWords}` : '.'}`);
	}
}
