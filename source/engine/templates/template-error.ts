import {AppError} from '../errors/app-error.js';

/** A template that cannot be used as it is; every fault is named with its place. */
export class TemplateError extends AppError {
	override readonly name = 'TemplateError';
	override readonly hint = 'Mend what is named, under Templates or in the file of the template, and import that again.';

	constructor(
		/** Each like `roles[1].doneChecks[0].pattern is not a regular expression`. */
		readonly faults: readonly string[],
		options?: ErrorOptions,
	) {
		super(`The template cannot be used: ${someOf(faults).map(shortened).join('; ')}.`, options);
	}
}

/** What is wrong a thousand times is told in some sentences. */
const mostTold = 20;

const someOf = (faults: readonly string[]): readonly string[] =>
	faults.length > mostTold ? [...faults.slice(0, mostTold), `and ${faults.length - mostTold} more`] : faults;

/** A key or an anchor of somebody else's file may be as long as the file. */
const mostOfOne = 400;

const shortened = (fault: string): string => (fault.length > mostOfOne ? `${fault.slice(0, mostOfOne)}…` : fault);
