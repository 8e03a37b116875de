import {AppError} from '../../../source/engine/errors/app-error.js';
import type {Chance} from './mutate.js';

/** A place where D2CM takes in what others made. */
export type Boundary = {
	readonly name: string;
	/** Of all cases, its part; what has to be written to a disk gets less. */
	readonly weight: number;
	/** Makes the good inputs once, in a folder of its own. */
	open(folder: string): Promise<OpenBoundary>;
};

export type OpenBoundary = {
	/** An input, by the seed alone. */
	make(chance: Chance): Case;
	close?(): Promise<void>;
};

export type Case = {
	/** In bytes: how long it may take is measured by it. */
	readonly size: number;
	/** Takes the input in as the product does; resolves with what came of it, in a word. May be called again. */
	readonly run: () => Promise<string> | string;
};

/** What one case may take at most, beyond what its size allows. */
export const mostMs = {base: 150, perMebibyte: 1500};

/** An error that a user understands, or that the reader documents. */
export class BrokenPromiseError extends Error {
	override readonly name = 'BrokenPromiseError';
}

/** Passes on an answer, or the name of an error of ours; anything else is a crash. */
export async function ours(
	work: () => unknown,
	isDocumented: (error: unknown) => boolean = () => false,
): Promise<string> {
	try {
		await work();
		return 'taken';
	} catch (error) {
		if (isDocumented(error)) {
			return error instanceof Error ? error.name : 'refused';
		}

		if (!(error instanceof AppError)) {
			throw error;
		}

		must(error.message.length > 10 && error.hint.length > 5, `${error.name} says nothing.`);
		must(error.message.length < 20_000, `${error.name} says ${error.message.length} characters.`);
		return error.name;
	}
}

export function must(isSo: boolean, otherwise: string): asserts isSo {
	if (!isSo) {
		throw new BrokenPromiseError(otherwise);
	}
}
