import {AppError} from '../../engine/errors/app-error.js';
import {closest} from '../closest.js';

/** The user named something that is not defined. */
export class UnknownNameError extends AppError {
	override readonly name = 'UnknownNameError';
	override readonly hint: string;

	constructor(
		/** `image`, `template`, ... */
		readonly what: string,
		readonly wanted: string,
		known: readonly string[],
	) {
		super(`There is no ${what} named ${wanted}.`);
		const similar = closest(wanted, known);
		if (similar !== undefined) {
			this.hint = `Did you mean ${similar}?`;
		} else {
			this.hint = known.length > 0 ? choices(known) : `Make one first; there is no ${what} yet.`;
		}
	}
}

const mostNamed = 12;

/** Not all of hundreds, as of Amazon's instance types. */
function choices(known: readonly string[]): string {
	const more = known.length - mostNamed;
	return `Choose one of: ${known.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}
