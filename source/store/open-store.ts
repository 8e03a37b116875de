import {stat} from 'node:fs/promises';
import {Low} from 'lowdb';
import {whileFenced} from '../engine/host/fence.js';
import {isFileRefusal} from '../engine/host/file-reason.js';
import {type Database, databaseSchema} from './database.js';
import {DatabaseFile} from './database-file.js';
import {inHome} from './in-home.js';
import {InvalidEntryError} from './invalid-entry-error.js';
import {newDatabase} from './new-database.js';
import {describeIssue} from './parse-database.js';
import {homePaths} from './paths.js';
import {closeToOthers, makeHome} from './private-folder.js';
import {waitForLock} from './process-lock.js';
import {removeUnfinishedWrites} from './write-file-atomically.js';

/** What is defined: clouds, images, templates, ... What happened is in the journals. */
export type Store = {
	readonly home: string;

	/** As it was when last read or written by this process. Not to be changed by hand. */
	data(): Database;

	/** Whether another process has written since; then it has been read again. */
	refresh(): Promise<boolean>;

	/**
	Changes the newest state, whoever wrote it, and writes it. An error thrown by `change` leaves everything as it was.

	@throws {InvalidEntryError} When the outcome does not fit the schema.
	*/
	update<T>(change: (draft: Database) => T): Promise<T>;

	/** Repairs that were made on reading, in sentences. */
	readonly notices: readonly string[];
};

/**
Opens the database of a data folder, and makes both when they are not there. To read takes no lock and changes nothing, so it works
where no file can be written any more: whoever has a full disk must see what runs, and end it.
*/
export async function openStore(home: string): Promise<Store> {
	const remarks = await inHome(home, async () => makeHome(home));
	const {database: path} = homePaths(home);
	const file = new DatabaseFile(path);
	const low = new Low<Database | null>(file, null);
	let stamp = '';

	/** One at a time in this process. */
	let turn: Promise<unknown> = Promise.resolve();
	const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
		const mine = turn.then(work);
		turn = mine.catch(() => undefined);
		return inHome(home, async () => mine);
	};

	/** One at a time among processes. */
	const exclusively = async <T>(work: () => Promise<T>): Promise<T> => {
		const lock = await waitForLock(`${home}/db.lock`);
		try {
			await removeUnfinishedWrites(path);
			return await whileFenced(async () => lock.confirm(), work);
		} finally {
			stamp = await fileStamp(path);
			await lock.release();
		}
	};

	const data = () => {
		if (!low.data) {
			throw new Error('The database was not read.');
		}

		return low.data;
	};

	const makeOrRepair = async () =>
		exclusively(async () => {
			await low.read();
			if (!low.data) {
				low.data = newDatabase();
				await low.write();
			}
		});

	const look = async () => {
		stamp = await fileStamp(path);
		const seen = await file.look();
		if (seen) {
			low.data = seen;
			return;
		}

		await makeOrRepair().catch(async (error: unknown) => {
			const copy = isFileRefusal(error) ? await file.lookAtCopy() : undefined;
			if (!copy) {
				throw error;
			}

			low.data = copy;
		});
	};

	await inTurn(async () => {
		await closeToOthers(path);
		await look();
	});

	return {
		home,
		data,
		get notices() {
			return [...remarks, ...file.notices];
		},
		async refresh() {
			if ((await fileStamp(path)) === stamp) {
				return false;
			}

			await inTurn(look);
			return true;
		},
		update: async change =>
			inTurn(async () =>
				exclusively(async () => {
					await low.read();
					const before = data();
					const draft = structuredClone(before);
					const outcome = change(draft);
					low.data = checked(draft);
					try {
						await low.write();
					} catch (error) {
						low.data = before;
						throw error;
					}

					return outcome;
				}),
			),
	};
}

function checked(draft: Database): Database {
	const parsed = databaseSchema.safeParse(draft);
	if (!parsed.success) {
		throw new InvalidEntryError(`This cannot be saved: ${describeIssue(parsed.error)}.`);
	}

	return parsed.data;
}

/** Changes whenever the file is replaced. */
async function fileStamp(path: string): Promise<string> {
	const found = await stat(path, {bigint: true}).catch(() => undefined);
	return found ? `${found.ino}/${found.mtimeNs}/${found.size}` : '';
}
