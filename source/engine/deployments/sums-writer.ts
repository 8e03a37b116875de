import {dirname, join} from 'node:path';
import {syncFolder} from '../host/sync-folder.js';
import {LocalFileError} from '../ssh/local-file-error.js';
import {together} from '../ssh/together.js';
import {appendSums, readSums, writeSums} from './sums-file.js';

/** Adds to SHA256SUMS, one write at a time; what comes meanwhile is written together. */
export class SumsWriter {
	readonly #file: string;
	#read: Promise<Map<string, string>> | undefined;
	#waiting = new Map<string, string>();
	#others = new Set<string>();
	#next: Promise<void> | undefined;
	#last: Promise<void> = Promise.resolve();
	/** This process has written it whole: what an earlier one left of a line is gone, and lines can be added. */
	#isWhole = false;
	#isSorted = true;

	constructor(file: string) {
		this.#file = file;
	}

	/**
	Returns when the files' names are on the disk, those of `others` too, and after them their sums. What is in the files is there
	already.
	*/
	async add(entries: ReadonlyArray<readonly [string, string]>, others: readonly string[] = []): Promise<void> {
		this.#read ??= readSums(this.#file).then(read => new Map(read));
		const sums = await this.#read;
		for (const [path, sha256] of entries) {
			sums.set(path, sha256);
			this.#waiting.set(path, sha256);
		}

		for (const path of others) {
			this.#others.add(path);
		}

		this.#next ??= this.#write(sums, this.#last);
		return this.#next;
	}

	/** Puts the file in order once all is there. Where this machine has no room for that, it stays as it is, and is as good. */
	async end(): Promise<void> {
		await this.#last.catch(() => undefined);
		if (this.#read && !this.#isSorted) {
			const sums = await this.#read;
			this.#isSorted = await writeSums(this.#file, sums).then(
				() => true,
				() => false,
			);
		}
	}

	async #write(sums: ReadonlyMap<string, string>, previous: Promise<void>): Promise<void> {
		await previous.catch(() => undefined);
		this.#last = this.#next ?? previous;
		this.#next = undefined;
		const added = this.#waiting;
		const others = this.#others;
		this.#waiting = new Map();
		this.#others = new Set();
		const canAdd = this.#isWhole;
		this.#isWhole = false; // What cannot be added is in the next whole file.
		await this.#syncNames([...added.keys(), ...others]);
		if (canAdd) {
			await appendSums(this.#file, added);
			this.#isSorted = false;
		} else {
			await writeSums(this.#file, sums);
			this.#isSorted = true;
		}

		this.#isWhole = true;
	}

	/** Not every file system takes names along when something else is synced. */
	async #syncNames(paths: Iterable<string>): Promise<void> {
		const root = dirname(this.#file);
		const folders = new Set([root]);
		for (const path of paths) {
			for (let folder = dirname(path); folder !== '.' && folder !== '/'; folder = dirname(folder)) {
				folders.add(join(root, folder));
			}
		}

		await together([...folders], async folder =>
			syncFolder(folder).catch((cause: unknown) => {
				throw new LocalFileError(folder, {cause});
			}),
		);
	}
}
