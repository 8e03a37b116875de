import type {BigIntStats} from 'node:fs';
import {lstat} from 'node:fs/promises';
import {join} from 'node:path';
import {onDisk} from '../host/byte-names.js';
import {hashFile} from '../ssh/hash-file.js';
import {together} from '../ssh/together.js';
import {readSums} from './sums-file.js';

/**
Compares results with SHA256SUMS as they stand here. What this process has seen in its place, whole, is only read again when it was
touched since; what an earlier process brought is read once.
*/
export class ResultsAtHome {
	readonly #folder: string;
	/** By path relative to the folder: how it stood when its content was known. */
	readonly #stamps = new Map<string, string>();
	/** Who has a file: two results in one have been laid over each other, whatever their names. */
	readonly #owners = new Map<string, string>();

	constructor(folder: string) {
		this.#folder = folder;
	}

	/** Hears of results in the moment in which they have their sums and their names. */
	async note(paths: readonly string[]): Promise<void> {
		await together(paths, async path => {
			const stats = await this.#look(path);
			const owner = stats && this.#owners.get(inodeOf(stats));
			if (stats?.isFile() && (owner === undefined || owner === path)) {
				this.#owners.set(inodeOf(stats), path);
				this.#stamps.set(path, stampOf(stats));
			} else {
				this.#stamps.delete(path);
				this.#stamps.delete(owner ?? path);
			}
		});
	}

	/** Which of SHA256SUMS are not here, or not as it says. */
	async wrong(signal: AbortSignal): Promise<readonly string[]> {
		const wrong: string[] = [];
		await together([...(await readSums(join(this.#folder, 'SHA256SUMS')))], async ([path, sha256]) => {
			signal.throwIfAborted();
			const stats = await this.#look(path);
			if (stats?.isFile() && this.#stamps.get(path) === stampOf(stats)) {
				return;
			}

			if (stats?.isFile() && (await this.#sumOf(path)) === sha256) {
				this.#stamps.set(path, stampOf(stats));
			} else {
				this.#stamps.delete(path);
				wrong.push(path);
			}
		});
		return wrong.toSorted();
	}

	async #look(path: string): Promise<BigIntStats | undefined> {
		return lstat(onDisk(join(this.#folder, path)), {bigint: true}).catch(() => undefined);
	}

	/** Undefined when it cannot be read. */
	async #sumOf(path: string): Promise<string | undefined> {
		return hashFile(join(this.#folder, path)).then(
			hash => hash.digest('hex'),
			() => undefined,
		);
	}
}

const inodeOf = ({dev, ino}: BigIntStats): string => `${dev}:${ino}`;

const stampOf = ({dev, ino, size, mtimeNs, ctimeNs}: BigIntStats): string =>
	[dev, ino, size, mtimeNs, ctimeNs].join(' ');
