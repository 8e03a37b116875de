import {statSync} from 'node:fs';
import type {z} from 'zod';
import {absolutePath} from './complete-path.js';

/** Checks a field by the schema that guards the store, so that both say the same. */
export function schemaCheck(schema: z.ZodType): (text: string) => string | undefined {
	return text => {
		const result = schema.safeParse(text);
		if (!result.success && text === '') return mustBeFilled(text);
		return result.success ? undefined : (result.error.issues[0]?.message ?? 'is not right');
	};
}

export function mustBeFilled(text: string): string | undefined {
	return text.trim() === '' ? 'must not be empty' : undefined;
}

export function wholeNumber(least: number, most: number): (text: string) => string | undefined {
	return text => {
		const value = Number(text.trim());
		return /^\d+$/.test(text.trim()) && value >= least && value <= most
			? undefined
			: `must be a whole number from ${least} to ${most}`;
	};
}

export function positiveNumber(text: string): string | undefined {
	const value = Number(text.trim());
	return text.trim() !== '' && Number.isFinite(value) && value > 0 ? undefined : 'must be a number above 0';
}

/** Fractions too. */
export function numberUpTo(most: number): (text: string) => string | undefined {
	return text => {
		const value = Number(text.trim());
		return Number.isFinite(value) && value > 0 && value <= most
			? undefined
			: `must be a number above 0, of at most ${most}`;
	};
}

/** A file this user's process can see. */
export function existingFile(text: string): string | undefined {
	if (text.trim() === '') return 'must not be empty';
	const found = statSync(absolutePath(text), {throwIfNoEntry: false});
	if (found === undefined) return 'is not there';
	return found.isFile() ? undefined : 'is not a file';
}

export function emptyOr(check: (text: string) => string | undefined): (text: string) => string | undefined {
	return text => (text.trim() === '' ? undefined : check(text));
}

/** Refuses a name that is taken already, except by the thing being edited. */
export function freeName(taken: readonly string[], own: string | undefined): (text: string) => string | undefined {
	return text => (text !== own && taken.includes(text) ? 'is taken already' : undefined);
}

export function firstProblem(
	...checks: ReadonlyArray<(text: string) => string | undefined>
): (text: string) => string | undefined {
	return text => {
		for (const check of checks) {
			const problem = check(text);
			if (problem !== undefined) return problem;
		}

		return undefined;
	};
}
