import assert from 'node:assert/strict';
import {existsSync} from 'node:fs';
import {mkdir, rename, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {checkExt} from '../../../../source/engine/guest/edit/check-ext.js';
import {debugfsName} from '../../../../source/engine/guest/edit/debugfs-names.js';
import {editExt} from '../../../../source/engine/guest/edit/edit-ext.js';
import {GuestEditError} from '../../../../source/engine/guest/edit/guest-edit-error.js';
import {neededEdits} from '../../../../source/engine/guest/edit/needed-edits.js';
import {type ExtPlace, runDebugfs} from '../../../../source/engine/guest/edit/run-debugfs.js';
import {openExt} from '../../../../source/engine/guest/ext/open-ext.js';
import type {GuestDisk, GuestEdit} from '../../../../source/engine/guest/guest-disk.js';
import {runProgram} from '../../../../source/engine/host/run-program.js';
import {openPlainFile} from '../../../../source/engine/migration/plain-file/open-plain-file.js';
import {temporaryFolder} from '../../../helpers/temporary-folder.js';

/** A small ext4, with a file of user 1000 that has a label. */
async function smallExt(t: TestContext, more?: (tree: string) => Promise<void>): Promise<ExtPlace> {
	const folder = await temporaryFolder(t);
	const file = join(folder, 'disk with blank.raw');
	await mkdir(join(folder, 'tree/etc'), {recursive: true});
	await writeFile(join(folder, 'tree/etc/motd'), 'Hello\n');
	await more?.(join(folder, 'tree'));
	await writeFile(file, '');
	await runProgram('mke2fs', ['-q', '-F', '-t', 'ext4', '-d', join(folder, 'tree'), file, '10M']);
	const scratch = join(folder, 'scratch');
	await mkdir(scratch);
	const place = {file, scratch};
	await runDebugfs(
		place,
		[
			'sif /etc/motd uid 1000',
			'sif /etc/motd gid 100',
			'sif /etc/motd mode 0100640',
			'ea_set /etc/motd security.selinux label:of:motd',
		],
		{write: true},
	);
	return place;
}

async function withDisk<Result>(place: ExtPlace, work: (disk: GuestDisk) => Promise<Result>): Promise<Result> {
	const source = await openPlainFile(place.file);
	try {
		return await work(await openExt(source, 0));
	} finally {
		await source.close();
	}
}

const apply = async (place: ExtPlace, edits: readonly GuestEdit[]) =>
	withDisk(place, async disk => editExt(place, disk, edits));

test('every kind of edit comes about, leaves the file system clean, and is then not needed any more', async t => {
	const place = await smallExt(t);
	const edits: readonly GuestEdit[] = [
		{kind: 'save', path: '/etc/motd', as: '/var/saved/etc/motd'},
		{kind: 'write', path: '/etc/motd', content: 'Welcome\n'},
		{kind: 'write', path: '/opt/a folder/with $(touch x) `y` ; rm #.conf', content: 'x', mode: 0o600},
		{kind: 'folder', path: '/srv/private', mode: 0o700},
		{kind: 'link', path: '/etc/systemd/system/x.service', target: '/dev/null'},
		{kind: 'remove', path: '/etc/never-was'},
	];

	assert.equal((await withDisk(place, disk => neededEdits(disk, edits))).length, 5);
	await apply(place, edits);

	assert.equal(await checkExt(place), 'clean');
	await withDisk(place, async disk => {
		assert.deepEqual(await neededEdits(disk, edits), []);
		assert.equal(String(await disk.readFile('/etc/motd')), 'Welcome\n');
		assert.equal(String(await disk.readFile('/var/saved/etc/motd')), 'Hello\n');
		for (const path of ['/etc/motd', '/var/saved/etc/motd']) {
			const {mode, uid, gid} = (await disk.stat(path)) ?? {};
			assert.deepEqual({mode, uid, gid}, {mode: 0o640, uid: 1000, gid: 100}, path);
		}

		assert.equal((await disk.stat('/opt/a folder/with $(touch x) `y` ; rm #.conf'))?.mode, 0o600);
		assert.equal((await disk.stat('/srv'))?.mode, 0o755);
	});
	for (const path of ['/etc/motd', '/var/saved/etc/motd']) {
		assert.match(
			await runDebugfs(place, [`ea_list ${path}`], {write: false}),
			/security\.selinux \(\d+\) = "label:of:motd"/,
		);
	}
});

test('a second round of the same edits changes not one byte', async t => {
	const place = await smallExt(t);
	const edits: readonly GuestEdit[] = [
		{kind: 'save', path: '/etc/motd', as: '/etc/motd.save'},
		{kind: 'write', path: '/etc/motd', content: 'Welcome\n'},
		{kind: 'link', path: '/etc/link', target: 'motd'},
	];
	await apply(place, edits);
	const before = await runProgram('sha256sum', [place.file]);

	await withDisk(place, async disk => editExt(place, disk, await neededEdits(disk, edits)));

	assert.deepEqual(await runProgram('sha256sum', [place.file]), before);
});

test('what stands behind a link is written, and the link stays', async t => {
	const place = await smallExt(t);
	await apply(place, [{kind: 'link', path: '/etc/hello', target: 'motd'}]);
	await apply(place, [{kind: 'write', path: '/etc/hello', content: 'Hi\n'}]);
	await withDisk(place, async disk => {
		assert.equal(await disk.readLink('/etc/hello'), 'motd');
		assert.equal(String(await disk.readFile('/etc/motd')), 'Hi\n');
	});
});

test('a link is replaced by a link, and removed as a link', async t => {
	const place = await smallExt(t);
	await apply(place, [{kind: 'link', path: '/etc/hello', target: '/nowhere'}]);
	await apply(place, [{kind: 'link', path: '/etc/hello', target: '/dev/null'}]);
	assert.equal(await withDisk(place, disk => disk.readLink('/etc/hello')), '/dev/null');
	await apply(place, [{kind: 'remove', path: '/etc/hello'}]);
	assert.equal(await withDisk(place, disk => disk.readLink('/etc/hello')), undefined);
	assert.equal(await checkExt(place), 'clean');
});

test('a failed debugfs command is an error, though its exit code is 0', async t => {
	const place = await smallExt(t);
	await assert.rejects(apply(place, [{kind: 'write', path: '/etc/motd/x', content: ''}]), GuestEditError);
	await assert.rejects(runDebugfs(place, ['rm /etc/nothing', 'rm /etc/motd'], {write: true}), GuestEditError);
	await assert.rejects(apply(place, [{kind: 'write', path: '/etc', content: ''}]), GuestEditError);
});

for (const name of ['a\nrm /etc/motd', 'a\rb', 'a\0b', '<12>', '', 'a"b', '!sh', 'a!b', '-f', 'a/b', 'n'.repeat(256)]) {
	test(`debugfs is never given the name ${JSON.stringify(name)}`, () => {
		assert.throws(() => debugfsName(name), GuestEditError);
	});
}

/** Where debugfs cuts a line, and takes the rest for a new one. */
const pieceBytes = 8191;

test('a link in a guest whose target ends where debugfs cuts its lines runs no command here', async t => {
	const folder = await temporaryFolder(t);
	const file = join(folder, 'disk.raw');
	const marker = join(folder, 'ran');
	const command = '!touch ran;#';
	// `write "SCRATCH/content-1" "NAME`: each quote of the name is doubled, and the command begins the second piece.
	const scratch = await paddedFolder(folder, length => (pieceBytes - 'write "/content-1" "'.length - length) % 2 === 0);
	const quotes = (pieceBytes - 'write "/content-1" "'.length - scratch.length) / 2;
	await mkdir(join(folder, 'tree/etc'), {recursive: true});
	await symlink(`${'"'.repeat(quotes)}${command}`, join(folder, 'tree/etc/fstab'));
	await writeFile(file, '');
	await runProgram('mke2fs', ['-q', '-F', '-t', 'ext4', '-b', '4096', '-d', join(folder, 'tree'), file, '10M']);

	await assert.rejects(apply({file, scratch}, [{kind: 'write', path: '/etc/fstab', content: 'x'}]), GuestEditError);
	assert.equal(existsSync(marker), false, 'the disk has run a command');
});

for (const command of ['!touch x', 'rm a\n!touch x', `rm ${'a'.repeat(8187)}!touch x`, ' !touch x']) {
	test(`debugfs is never given the command ${JSON.stringify(command.slice(0, 20))} (${command.length})`, async t => {
		const place = await smallExt(t);
		await assert.rejects(runDebugfs(place, [command], {write: false}), /cannot be given/);
	});
}

test('a file system in a folder with a long and odd path is edited', async t => {
	const parent = join(await temporaryFolder(t), `it's "a\n!touch x" ?,<12>`, 'p'.repeat(200), 'q'.repeat(200));
	await mkdir(parent, {recursive: true});
	const small = await smallExt(t);
	const place = {file: join(parent, 'disk.raw'), scratch: join(parent, 'scratch')};
	await rename(small.file, place.file);
	await mkdir(place.scratch);
	await apply(place, [
		{kind: 'save', path: '/etc/motd', as: '/etc/motd.save'},
		{kind: 'write', path: '/etc/motd', content: 'Hi\n'},
	]);
	assert.equal(String(await withDisk(place, disk => disk.readFile('/etc/motd'))), 'Hi\n');
	assert.match(await runDebugfs(place, ['ea_list /etc/motd.save'], {write: false}), /label:of:motd/);
});

test('files are edited in a folder of the guest whose name debugfs cannot be told', async t => {
	const place = await smallExt(t, async tree => {
		await mkdir(join(tree, 'a"\n!touch x'));
		await symlink('../a"\n!touch x', join(tree, 'etc/linked'));
	});
	await apply(place, [{kind: 'write', path: '/etc/linked/x.conf', content: 'x'}]);
	assert.equal(String(await withDisk(place, disk => disk.readFile('/a"\n!touch x/x.conf'))), 'x');
	assert.equal(await checkExt(place), 'clean');
});

/** A folder whose path is so long that the rest of a piece holds a name that the reader of links still takes. */
async function paddedFolder(parent: string, fits: (length: number) => boolean): Promise<string> {
	for (let length = 250; ; length++) {
		if (fits(length)) {
			const name = 'p'.repeat(length - parent.length - 1);
			const path = join(parent, name);
			await mkdir(path);
			return path;
		}
	}
}

test('a damaged file system is repaired where that is safe, and refused where it is not', async t => {
	const place = await smallExt(t);
	await runDebugfs(place, ['set_super_value free_blocks_count 5'], {write: true});
	await runDebugfs(place, ['set_super_value state 0'], {write: true});
	assert.equal(await checkExt(place), 'repaired');
	assert.equal(await checkExt(place), 'clean');

	await runProgram('dd', ['if=/dev/urandom', `of=${place.file}`, 'bs=1024', 'seek=0', 'count=600', 'conv=notrunc']);
	await assert.rejects(checkExt(place), GuestEditError);
});
