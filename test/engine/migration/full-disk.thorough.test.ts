import assert from 'node:assert/strict';
import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {FullDiskError} from '../../../source/engine/host/full-disk-error.js';
import {runProgram} from '../../../source/engine/host/run-program.js';
import {makeDesktopVdi} from '../../helpers/desktop-vdi.js';
import {privateMounts} from '../../helpers/private-mounts.js';
import {d2cmFile} from '../../helpers/run-d2cm.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const migrateChild = fileURLToPath(new URL('../../helpers/migrate-on-full-disk.js', import.meta.url));
const child = fileURLToPath(new URL('../../helpers/fill-disk-and-tell.js', import.meta.url));

test('a full disk is one sentence by each way, leaves nothing in the cloud, and with room again the whole arrives', async t => {
	const folder = await temporaryFolder(t);
	const inside = await privateMounts(t, `mount -t tmpfs -o size=128k tmpfs ${folder}`);
	const [program = '', ...args] = [...inside, process.execPath, child, folder];
	const {stdout} = await runProgram(program, args);

	const ends = stdout
		.trim()
		.split('\n')
		.map(line => JSON.parse(line) as Readonly<Record<string, unknown>>);
	assert.deepEqual(
		ends.map(({way, when}) => `${way} ${when}`),
		['ebs-direct before', 'ebs-direct reading', 'import-snapshot before', 'import-snapshot reading', 'bundle before'],
	);
	for (const {name, message, left, again} of ends) {
		assert.equal(name, 'FullDiskError', String(message));
		assert.match(String(message), /^There is no room left on this machine to write .+\.$/);
		assert.deepEqual(left, []);
		assert.match(String(again), /^snap-/);
	}
});

test('wherever the disk becomes full while a VDI is migrated to this machine, it is a sentence, nothing is left, and the next try is whole', async t => {
	const folder = await temporaryFolder(t);
	const vdi = await makeDesktopVdi(folder);
	const small = join(folder, 'small');
	await mkdir(small);
	const [program = '', ...inside] = await privateMounts(t, `mount -t tmpfs -o size=144m tmpfs '${small}'`);
	const {stdout} = await runProgram(program, [...inside, process.execPath, migrateChild, small, vdi]);
	const lines = stdout.trim().split('\n');
	const {isUnchanged, records} = JSON.parse(lines.pop() ?? '') as {isUnchanged: boolean; records: number};
	assert.ok(isUnchanged);
	assert.ok(records > 20);
	const ends = lines.map(line => JSON.parse(line) as Readonly<Record<'said' | 'again', string> & {left: string[]}>);
	for (const [index, {said, left, again}] of ends.entries()) {
		const isWhole = said === 'ami-0123abcd';
		assert.match(said, /^(ami-0123abcd|There is (no|not enough) room .+)$/, `line ${index}`);
		assert.deepEqual(left, isWhole ? ['ami-0123abcd'] : [], `line ${index}`);
		assert.equal(again, 'ami-0123abcd', `line ${index}`);
	}

	assert.ok(ends.filter(({said}) => /^There is no room left on this machine to write /.test(said)).length >= 10);
});

test('a program of the system that finds the disk full is told by that sentence', async t => {
	const folder = await temporaryFolder(t);
	const [program = '', ...inside] = await privateMounts(t, `mount -t tmpfs -o size=1m tmpfs ${folder}`);
	const create = ['qemu-img', 'create', '-q', '-f', 'raw', '-o', 'preallocation=full', join(folder, 'disk'), '8M'];
	await assert.rejects(runProgram(program, [...inside, ...create]), FullDiskError);
});

test('a migration that has no room for its copy says so before it begins, with the figures', async t => {
	const folder = await temporaryFolder(t);
	const vdi = await makeDesktopVdi(folder);
	const home = join(folder, 'home');
	await mkdir(home);
	const [program = '', ...inside] = await privateMounts(t, `mount -t tmpfs -o size=64m tmpfs '${home}'`);
	const d2cm = async (...words: readonly string[]) =>
		runProgram(program, [...inside, 'env', `D2CM_HOME=${home}`, process.execPath, d2cmFile, ...words], {
			okCodes: [0, 3],
		});
	await d2cm('image', 'add', 'worker', vdi);
	const {code, stdout, stderr} = await d2cm('migrate', 'worker', '--cloud', 'local');
	assert.equal(code, 3, stderr);
	assert.match(
		stdout + stderr,
		/There is not enough room below .*: \d+(\.\d)? MiB are free, and a migration needs 128 MiB\./,
	);
	assert.match(stdout + stderr, /Free some space there\./);
});
