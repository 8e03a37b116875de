import {AppError} from '../errors/app-error.js';

/** A cloud's answer that cannot be one to what was asked: it is neither believed nor acted upon. */
class CloudAnswerError extends AppError {
	override readonly name = 'CloudAnswerError';
	override readonly hint =
		'Look at the address of the cloud, and tell whoever runs it; until then, remove by hand what is yours there.';
}

/** Something of a cloud is to be removed that this installation has not made, as its tags say. */
export class NotOursError extends AppError {
	override readonly name = 'NotOursError';

	constructor(
		message: string,
		override readonly hint: string,
	) {
		super(message);
	}
}

export const unaskedAnswer = (what: string, asked: string, answered: string): AppError =>
	new CloudAnswerError(`The cloud was asked about the ${what} ${named(asked)}, and answered with ${named(answered)}.`);

export const strangeAnswer = (what: string, text: string): AppError =>
	new CloudAnswerError(`The cloud answered with ${named(text)} where the ${what} should be.`);

export const endlessAnswer = (why: string): AppError =>
	new CloudAnswerError(`The cloud's answer does not end: ${why}.`);

export const shapelessAnswer = (expected: string, answered: unknown): AppError =>
	new CloudAnswerError(
		`The cloud's answer holds ${named(JSON.stringify(answered) ?? 'nothing')} in the place of ${expected}.`,
	);

/** @throws {CloudAnswerError} When a store lists what does not begin as it was asked for. */
export function mustBeUnder(prefix: string, listed: ReadonlyArray<{readonly key: string}>): void {
	const other = listed.find(({key}) => !key.startsWith(prefix));
	if (other) {
		throw unaskedAnswer('objects under', prefix, other.key);
	}
}

export const notOurs = (
	what: string,
	id: string,
	hint = 'Remove it where it was made, or in the console of the cloud.',
): AppError => new NotOursError(`The ${what} ${named(id)} is not removed: it is not this installation's.`, hint);

/** An id as a sentence bears it, whatever a cloud has put into its place. */
const named = (id: string): string => id.replaceAll(/[^ -~]/g, '?').slice(0, 80);
