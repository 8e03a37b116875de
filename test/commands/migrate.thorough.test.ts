import assert from 'node:assert/strict';
import {mkdir, readdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'node:test';
import {runProgram} from '../../source/engine/host/run-program.js';
import type {ImageReport} from '../../source/engine/images/image-report.js';
import type {JournalRecord} from '../../source/engine/jobs/journal.js';
import type {AmiEntry, ImageEntry} from '../../source/store/database.js';
import {makeDesktopVdi} from '../helpers/desktop-vdi.js';
import {askD2cm, runD2cm} from '../helpers/run-d2cm.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

test('a desktop disk is inspected, registered, migrated and ready to be deployed; it stays as it was', async t => {
	const folder = await temporaryFolder(t);
	const home = join(folder, 'home');
	await mkdir(join(folder, 'disks'));
	const vdi = await makeDesktopVdi(join(folder, 'disks'));
	const sum = async () => (await runProgram('sha256sum', [vdi])).stdout;
	const before = await sum();

	assert.equal((await askD2cm<ImageReport>(home, 'inspect', vdi)).verdict, 'will-be-fixed');
	const image = await askD2cm<ImageEntry>(home, 'image', 'add', 'worker', vdi);
	assert.deepEqual([image.name, image.file, image.verdict], ['worker', vdi, 'will-be-fixed']);

	const migrated = await runD2cm(home, 'migrate', 'worker', '--cloud', 'local', '--json');
	assert.equal(migrated.status, 0, migrated.stdout + migrated.stderr);
	const [first, ...lines] = migrated.stdout.trim().split('\n');
	const {job} = JSON.parse(first ?? '') as {job: {id: string; kind: string; folder: string}};
	assert.equal(job.kind, 'migration');
	const records = lines.map(line => JSON.parse(line) as JournalRecord);
	assert.deepEqual(
		records.map(({seq}) => seq),
		records.map((_, index) => index + 1),
	);
	const last = records.at(-1);
	assert.ok(last?.kind === 'end' && last.state === 'COMPLETED');

	// The AMI is known as soon as the end is.
	const {amis} = await askD2cm<{amis: readonly AmiEntry[]}>(home, 'image', 'list');
	const [ami] = amis;
	assert.deepEqual([ami?.image, ami?.cloud, ami?.migration, amis.length], ['worker', 'local', job.id, 1]);
	await stat(join(home, 'local', 'images', ami?.id ?? '', 'disk.qcow2'));
	assert.equal(await sum(), before);

	assert.equal((await runD2cm(home, 'delete', job.id)).status, 0);
	assert.deepEqual(await askD2cm(home, 'status'), []);
	assert.equal((await runD2cm(home, 'image', 'remove', 'worker')).status, 0);
	assert.ok((await readdir(join(folder, 'disks'))).includes('desktop.vdi'));
});
