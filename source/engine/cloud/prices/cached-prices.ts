import {mkdir, readFile} from 'node:fs/promises';
import {dirname} from 'node:path';
import * as z from 'zod';
import {AppError} from '../../errors/app-error.js';
import type {Clock} from '../../host/clock.js';
import {writeWhole} from '../../host/write-whole.js';

const listSchema = z.object({at: z.iso.datetime(), prices: z.record(z.string(), z.number().positive())});

/** By instance type, in US dollars per hour. */
export type PriceList = z.infer<typeof listSchema>;

/** Amazon's prices change some times a year. */
const freshMs = 7 * 24 * 3_600_000;

/**
The list in a file, asked for anew when it is a week old. An old list is better than none, and it says how old it is; a
price list that cannot be had is no reason to fail, since then its prices are not known.
*/
export async function cachedPrices(
	file: string,
	clock: Clock,
	ask: () => Promise<PriceList['prices']>,
): Promise<PriceList | undefined> {
	const kept = await read(file);
	const age = kept ? clock.now().getTime() - Date.parse(kept.at) : Number.POSITIVE_INFINITY;
	if (kept && age >= 0 && age < freshMs) {
		return kept;
	}

	try {
		const list = {at: clock.now().toISOString(), prices: await ask()};
		await mkdir(dirname(file), {recursive: true, mode: 0o700});
		await writeWhole(file, JSON.stringify(list));
		return list;
	} catch (error) {
		if (error instanceof AppError || (error as NodeJS.ErrnoException).code !== undefined) {
			return kept;
		}

		throw error;
	}
}

async function read(file: string): Promise<PriceList | undefined> {
	try {
		return listSchema.parse(JSON.parse(await readFile(file, 'utf8')));
	} catch {
		return undefined; // It was never asked for, or is asked for again.
	}
}
