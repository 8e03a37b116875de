import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {mkdir, mkdtemp, open, readdir, readFile, readlink, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {type ExtDisk, openExt} from '../../../../source/engine/guest/ext/open-ext.js';
import {runProgram} from '../../../../source/engine/host/run-program.js';
import {openVdi} from '../../../../source/engine/images/open-vdi.js';
import {makeVdi} from '../../../helpers/make-vdi.js';
import {seededRandom} from '../../../helpers/seeded-random.js';
import {temporaryFolder} from '../../../helpers/temporary-folder.js';

const mib = 1024 * 1024;

const variants: ReadonlyArray<{name: string; fileSystem: string; options: readonly string[]}> = [
	{name: 'ext2 with blocks of 1 KiB', fileSystem: 'ext2', options: ['-t', 'ext2', '-b', '1024']},
	{name: 'ext2 with blocks of 4 KiB', fileSystem: 'ext2', options: ['-t', 'ext2', '-b', '4096']},
	{name: 'ext3 with blocks of 1 KiB', fileSystem: 'ext3', options: ['-t', 'ext3', '-b', '1024']},
	{name: 'ext4 with blocks of 1 KiB', fileSystem: 'ext4', options: ['-t', 'ext4', '-b', '1024']},
	{name: 'ext4 with blocks of 4 KiB', fileSystem: 'ext4', options: ['-t', 'ext4', '-b', '4096']},
	{name: 'ext4 with inline data', fileSystem: 'ext4', options: ['-t', 'ext4', '-O', 'inline_data', '-I', '256']},
	{name: 'ext4 of 32 bits', fileSystem: 'ext4', options: ['-t', 'ext4', '-O', '^64bit,^metadata_csum']},
	{
		name: 'ext4 with meta groups',
		fileSystem: 'ext4',
		options: ['-t', 'ext4', '-b', '1024', '-O', 'meta_bg,^resize_inode', '-g', '1024'],
	},
	{name: 'ext4 with clusters', fileSystem: 'ext4', options: ['-t', 'ext4', '-O', 'bigalloc', '-C', '16384']},
];

const shared = await mkdtemp(join(tmpdir(), 'd2cm-test-'));
after(async () => rm(shared, {recursive: true, force: true}));
const tree = join(shared, 'tree');
await writeTree(tree);
const digest = await digestOfTree(tree);

for (const {name, fileSystem, options} of variants) {
	test(`every file of ${name} is read as it was written`, async t => {
		const folder = await temporaryFolder(t);
		const {raw, vdi} = await makeVdi(folder, 'disk', {
			diskMib: 48,
			fileSystems: [{tree, startMib: 1, sizeMib: 47, options}],
		});
		const source = await openVdi(vdi);
		t.after(async () => source.close());

		const disk = await openExt(source, mib);

		assert.equal(disk.fileSystem, fileSystem);
		assert.equal(await digestOfDisk(disk, '/'), digest);
		await assertAsDebugfs(disk, raw, ['/etc/small', '/deep/folder/fragmented', '/sparse', '/many']);
	});
}

test('paths are followed as in the running guest', async t => {
	const folder = await temporaryFolder(t);
	const tree = join(folder, 'tree');
	await mkdir(join(tree, 'usr/lib'), {recursive: true});
	await mkdir(join(tree, 'etc'));
	await writeFile(join(tree, 'usr/lib/os-release'), 'ID=debian\n');
	const links = {
		'etc/relative': '../usr/lib/os-release',
		'etc/absolute': '/usr/lib/os-release',
		'etc/out': '../../../../usr/lib/os-release',
		lib: 'usr/lib',
		'etc/twice': '/lib/os-release',
		'etc/dangling': '/nowhere',
		'etc/round': 'about',
		'etc/about': 'round',
		'etc/self': 'self',
		'etc/long': `${'../etc/'.repeat(40)}relative`,
	};
	for (const [path, target] of Object.entries(links)) {
		await symlink(target, join(tree, path));
	}

	const {vdi} = await makeVdi(folder, 'disk', {fileSystems: [{tree, startMib: 1, sizeMib: 23}]});
	const source = await openVdi(vdi);
	t.after(async () => source.close());
	const disk = await openExt(source, mib);

	for (const path of [
		'/etc/relative',
		'/etc/absolute',
		'/etc/out',
		'/lib/os-release',
		'/etc/twice',
		'/etc/long',
		'//etc/./relative',
	]) {
		assert.equal((await disk.readFile(path))?.toString(), 'ID=debian\n', path);
	}

	for (const path of [
		'/etc/dangling',
		'/etc/round',
		'/etc/self',
		'/etc/none',
		'/etc/relative/below',
		'/usr/lib/os-release/x',
	]) {
		assert.equal(await disk.stat(path), undefined, path);
		assert.equal(await disk.readFile(path), undefined, path);
	}

	assert.equal(await disk.readLink('/etc/long'), links['etc/long']);
	assert.equal(await disk.readLink('/etc/dangling'), '/nowhere');
	assert.equal(await disk.readLink('/usr/lib/os-release'), undefined);
	assert.equal(await disk.readFile('/usr'), undefined);
	assert.deepEqual(await disk.list('/usr/lib/os-release'), []);
	assert.deepEqual(await disk.readFile('/etc/relative', 2), Buffer.from('ID'));
});

/** What makes file systems differ: an indexed folder, many extents, holes, long and short links, all kinds of sizes. */
async function writeTree(tree: string): Promise<void> {
	await mkdir(join(tree, 'etc'), {recursive: true});
	await mkdir(join(tree, 'deep/folder'), {recursive: true});
	await mkdir(join(tree, 'many'));
	await writeFile(join(tree, 'etc/small'), 'a few bytes\n');
	await writeFile(join(tree, 'etc/medium'), 'x'.repeat(130));
	await writeFile(join(tree, 'etc/empty'), '');
	const random = seededRandom(2);
	await writeFile(
		join(tree, 'deep/large'),
		Buffer.from(Array.from({length: 700_001}, () => Math.floor(random() * 256))),
	);
	await Promise.all(
		Array.from({length: 800}, async (_, index) =>
			writeFile(join(tree, `many/a-file-with-a-rather-long-name-${index}`), ''),
		),
	);
	await symlink('small', join(tree, 'etc/short-link'));
	await symlink(`../${'deep/../'.repeat(20)}etc/small`, join(tree, 'etc/long-link'));

	// Data in every other block makes as many extents, more than one leaf holds: 84 with blocks of 1 KiB, 340 with 4 KiB.
	const fragmented = await open(join(tree, 'deep/folder/fragmented'), 'w');
	for (let index = 0; index < 400; index++) {
		await fragmented.write(Buffer.alloc(4096, index % 251), 0, 4096, index * 8192);
	}

	await fragmented.close();
	const sparse = await open(join(tree, 'sparse'), 'w');
	await sparse.write('begin', 0);
	await sparse.write('far away', 9 * mib);
	await sparse.write('end', 12 * mib + 77);
	await sparse.close();
}

async function digestOfTree(folder: string): Promise<string> {
	const hash = createHash('sha256');
	for (const entry of (await readdir(folder, {withFileTypes: true})).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
		const path = join(folder, entry.name);
		const content = entry.isSymbolicLink()
			? await readlink(path)
			: entry.isDirectory()
				? await digestOfTree(path)
				: await readFile(path);
		hash.update(`${entry.name}\n`).update(content).update('\n');
	}

	return hash.digest('hex');
}

async function digestOfDisk(disk: ExtDisk, folder: string): Promise<string> {
	const hash = createHash('sha256');
	for (const name of (await disk.list(folder)).toSorted()) {
		if (name === 'lost+found') {
			continue;
		}

		const path = `${folder}/${name}`;
		hash.update(`${name}\n`);
		const target = await disk.readLink(path);
		if (target !== undefined) {
			hash.update(target);
		} else if ((await disk.stat(path))?.kind === 'folder') {
			hash.update(await digestOfDisk(disk, path));
		} else {
			for await (const chunk of disk.readChunks(path)) {
				hash.update(chunk);
			}
		}

		hash.update('\n');
	}

	return hash.digest('hex');
}

/** Compares with what debugfs says of the same inodes. */
async function assertAsDebugfs(disk: ExtDisk, raw: string, paths: readonly string[]): Promise<void> {
	const {stdout} = await runProgram('debugfs', ['-f', '-', `${raw}?offset=${mib}`], {
		input: paths.map(path => `stat ${path}\n`).join(''),
	});
	const answers = stdout.split(/^debugfs: stat .*$/m).slice(1);
	assert.equal(answers.length, paths.length);
	for (const [index, path] of paths.entries()) {
		const answer = answers[index] ?? '';
		const stat = await disk.stat(path);
		assert.equal(stat?.mode, Number.parseInt(/Mode:\s+(\d+)/.exec(answer)?.[1] ?? '', 8), path);
		assert.equal(stat?.size, Number(/Size:\s+(\d+)/.exec(answer)?.[1]), path);
		assert.equal(stat?.uid, Number(/User:\s+(\d+)/.exec(answer)?.[1]), path);
	}
}
