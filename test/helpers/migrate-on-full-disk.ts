import {createHash} from 'node:crypto';
import {mkdir, open, readdir, readFile, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {AppError} from '../../source/engine/errors/app-error.js';
import {systemClock} from '../../source/engine/host/system-clock.js';
import {migrateToLocal} from '../../source/engine/migration/migrate-to-local.js';
import {exportsOf} from '../../source/engine/migration/plain-file/stop-exports.js';
import {memoryJournal} from './memory-journal.js';

// Migrates a VDI to the local cloud on a small disk (FOLDER is one), again and again: each time the disk becomes full at another
// record of the journal, but for so many KiB; then makes room and migrates again. Prints how each went.
const [folder = '', vdi = ''] = process.argv.slice(2);
const filler = join(folder, 'filler');

/** Takes the room that is left, but for some. */
async function fill(freeKib: number): Promise<void> {
	await using handle = await open(filler, 'w');
	let bytes = 0;
	for (const block of [2 ** 20, 4096]) {
		try {
			for (;;) {
				bytes += (await handle.write(Buffer.alloc(block))).bytesWritten;
			}
		} catch {
			// It is full.
		}
	}

	await handle.truncate(Math.max(0, bytes - freeKib * 1024));
}

const sha256 = async (file: string) =>
	createHash('sha256')
		.update(await readFile(file))
		.digest('hex');

async function migrate(number: number, freeKib: number): Promise<{readonly records: number; readonly result: object}> {
	const own = join(folder, `${number}-${freeKib}`);
	const work = join(own, 'migration');
	const local = join(own, 'local');
	await mkdir(work, {recursive: true});
	const migration = {
		id: 'mig-0123abcd',
		image: 'worker',
		file: vdi,
		cloud: 'local',
		installation: 'here',
		createdAt: '',
	};
	const run = async (fillsAt: number) => {
		const journal = memoryJournal([], {
			async afterAppend(seq) {
				if (seq === fillsAt) await fill(freeKib);
			},
		});
		const places = {workFolder: work, localFolder: local};
		const signal = new AbortController().signal;
		const said = await migrateToLocal({migration, ...places, journal, signal, clock: systemClock}).then(
			({id}) => id,
			(error: Error) => (error instanceof AppError ? `${error.message} ${error.hint}` : `${error.stack}`),
		);
		return {said, records: journal.records.length};
	};
	const {said, records} = await run(number);
	const left = [
		...(await readdir(work)),
		...(await readdir(join(local, 'images')).catch(() => [])),
		...(await exportsOf(work)).map(pid => `process ${pid}`),
	];
	await rm(filler, {force: true});
	const again = await run(0);
	await rm(own, {recursive: true, force: true});
	return {records, result: {number, freeKib, said, left, again: again.said}};
}

const before = await sha256(vdi);
const {records} = await migrate(0, 0);
for (let number = 1; number <= records; number += 1) {
	// By turns: nothing at all can be written, or something, and then no more.
	console.log(JSON.stringify((await migrate(number, number % 3 === 0 ? 200 : 0)).result));
}

console.log(JSON.stringify({records, isUnchanged: before === (await sha256(vdi))}));
