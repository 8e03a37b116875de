import {copyFile, readFile, rename} from 'node:fs/promises';
import type {Adapter} from 'lowdb';
import {DamagedDatabaseError} from './damaged-database-error.js';
import {currentVersion, type Database} from './database.js';
import {NewerDatabaseError} from './newer-database-error.js';
import {parseDatabase} from './parse-database.js';
import {writeFileAtomically} from './write-file-atomically.js';

/**
Where lowdb keeps the database: one JSON file, replaced as a whole, and its last good copy `.bak`. Both reading and
writing are for who holds the store's lock, since reading repairs. Whoever only looks needs neither lock nor room on the disk.
*/
export class DatabaseFile implements Adapter<Database | null> {
	/** What the user should know, such as that the copy had to be used. */
	readonly notices: string[] = [];

	constructor(readonly path: string) {}

	/**
	The database as it stands; undefined where something is to be made or repaired first.

	@throws {NewerDatabaseError}
	*/
	async look(): Promise<Database | undefined> {
		const text = await readFile(this.path, 'utf8').catch(() => undefined);
		const parsed = text === undefined ? undefined : parseDatabase(text);
		if (parsed?.kind === 'newer') {
			throw new NewerDatabaseError(this.path, parsed.version);
		}

		return parsed?.kind === 'good' ? parsed.data : undefined;
	}

	/** The last good copy, for when the file itself is no good and cannot be restored now. */
	async lookAtCopy(): Promise<Database | undefined> {
		const text = await readIfThere(`${this.path}.bak`);
		const copy = text === undefined ? undefined : parseDatabase(text);
		if (copy?.kind !== 'good') {
			return undefined;
		}

		this.notices.push(`${this.path} is missing or damaged and cannot be restored now; its last good copy is used.`);
		return copy.data;
	}

	/** Null when there is none yet. */
	async read(): Promise<Database | null> {
		const text = await readIfThere(this.path);
		const parsed = text === undefined ? undefined : parseDatabase(text);
		if (parsed?.kind === 'good') {
			await this.#keepOlder(parsed.fromVersion);
			return parsed.data;
		}

		if (parsed?.kind === 'newer') {
			throw new NewerDatabaseError(this.path, parsed.version);
		}

		return this.#readCopy(parsed?.reason);
	}

	async write(data: Database | null): Promise<void> {
		if (!data) {
			return;
		}

		const text = `${JSON.stringify(data, undefined, '\t')}\n`;
		await writeFileAtomically(this.path, text);
		// Not a hard link: an editor that writes into the one must not spoil the other.
		await writeFileAtomically(`${this.path}.bak`, text);
	}

	/** `reason` is what is wrong with the file itself; undefined when it is not there. */
	async #readCopy(reason: string | undefined): Promise<Database | null> {
		const text = await readIfThere(`${this.path}.bak`);
		const copy = text === undefined ? undefined : parseDatabase(text);
		if (copy?.kind !== 'good') {
			if (reason === undefined && copy === undefined) {
				return null;
			}

			throw new DamagedDatabaseError(this.path, reason ?? (copy?.kind === 'damaged' ? copy.reason : 'it is missing'));
		}

		if (reason === undefined) {
			this.notices.push(`${this.path} was missing and has been restored from its last good copy.`);
		} else {
			const aside = `${this.path}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
			await rename(this.path, aside);
			this.notices.push(
				`${this.path} was damaged (${reason}); its last good copy is used, and the damaged one kept as ${aside}.`,
			);
		}

		await this.write(copy.data);
		return copy.data;
	}

	/** Before an older format is written anew, it is kept. */
	async #keepOlder(version: number): Promise<void> {
		if (version < currentVersion) {
			await copyFile(this.path, `${this.path}.version-${version}`);
		}
	}
}

async function readIfThere(path: string): Promise<string | undefined> {
	try {
		return await readFile(path, 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
			return undefined;
		}

		throw error;
	}
}
