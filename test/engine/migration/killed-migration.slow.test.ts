import assert from 'node:assert/strict';
import {readdir, readFile, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {runProgram} from '../../../source/engine/host/run-program.js';
import {systemClock} from '../../../source/engine/host/system-clock.js';
import {migrateToLocal} from '../../../source/engine/migration/migrate-to-local.js';
import {exportsOf} from '../../../source/engine/migration/plain-file/stop-exports.js';
import {ended, startChild} from '../../helpers/child.js';
import {makeDesktopVdi} from '../../helpers/desktop-vdi.js';
import {memoryJournal} from '../../helpers/memory-journal.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

test('a migration killed at any record leaves no process and no mount, and its next run makes the AMI', async t => {
	const folder = await temporaryFolder(t);
	const vdi = await makeDesktopVdi(folder);
	const workFolder = join(folder, 'migrations', 'mig-0123abcd');
	const localFolder = join(folder, 'local');
	const sum = async () => (await runProgram('sha256sum', [vdi])).stdout;
	const before = await sum();
	const run = async () => {
		const journal = memoryJournal();
		const migration = {
			id: 'mig-0123abcd',
			image: 'worker',
			file: vdi,
			cloud: 'local',
			installation: 'here',
			createdAt: '',
		};
		const {signal} = new AbortController();
		await migrateToLocal({migration, workFolder, localFolder, journal, signal, clock: systemClock});
		return journal.records.length;
	};

	const records = await run();
	await rm(localFolder, {recursive: true});
	for (let nth = 1; nth <= records; nth++) {
		const child = startChild('migrate-and-die.js', vdi, folder, String(nth));
		assert.equal(await ended(child), 'SIGKILL', `record ${nth}`);

		for (let tries = 0; tries < 100 && (await exportsOf(workFolder)).length > 0; tries++) {
			await delay(50);
		}

		assert.deepEqual(await exportsOf(workFolder), [], `a daemon outlived its migration at record ${nth}`);
		assert.equal((await readFile('/proc/self/mountinfo', 'utf8')).includes(folder), false, `a mount at record ${nth}`);

		await run();
		assert.deepEqual(await readdir(workFolder), [], `work is left after record ${nth}`);
		assert.deepEqual(await readdir(join(localFolder, 'images')), ['ami-0123abcd']);
		await rm(localFolder, {recursive: true});
	}

	assert.equal(await sum(), before);
});
