import {AppError} from '../errors/app-error.js';
import {shownName} from '../host/byte-names.js';

/** What arrived is not what was sent, also at the second try; nothing was replaced by it. */
export class VerificationError extends AppError {
	override readonly name = 'VerificationError';
	override readonly hint = 'Check that nothing writes to the files meanwhile, then try again.';

	constructor(
		readonly target: string,
		readonly paths: readonly string[],
		options?: ErrorOptions,
	) {
		super(`The copies have another SHA-256 than the files on ${target}: ${someOf(paths)}.`, options);
	}
}

function someOf(paths: readonly string[]): string {
	const shown = paths.slice(0, 3).map(shownName).join(', ');
	return paths.length > 3 ? `${shown} and ${paths.length - 3} more` : shown;
}
