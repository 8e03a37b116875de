import {AppError} from '../errors/app-error.js';

/** An instance could not be told of the others. */
export class ContextualizationError extends AppError {
	override readonly name = 'ContextualizationError';
	override readonly hint =
		'See that the guest has a POSIX shell, sed and grep, and room on its disk; then migrate its image again.';

	constructor(
		readonly node: string,
		what: string,
		lastWords: string,
	) {
		super(`${node} could not ${what}${lastWords ? `: ${lastWords.replace(/\.$/, '')}` : ''}.`);
	}
}
