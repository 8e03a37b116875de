import assert from 'node:assert/strict';
import {open, readFile, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {runProgram} from '../../../source/engine/host/run-program.js';
import {copyPart} from '../../../source/engine/migration/plain-file/copy-part.js';
import {exportByFuse} from '../../../source/engine/migration/plain-file/export-by-fuse.js';
import {FuseRefusedError} from '../../../source/engine/migration/plain-file/fuse-refused-error.js';
import {mountPoints, mountsBelow} from '../../../source/engine/migration/plain-file/mounts-below.js';
import {exportsOf, stopExports} from '../../../source/engine/migration/plain-file/stop-exports.js';
import {needsFuse} from '../../helpers/needs.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const overlayBytes = 8 * 1024 * 1024;

/** The middle of it. */
const part = {startBytes: 1024 * 1024, sizeBytes: 2 * 1024 * 1024};

async function overlay(t: TestContext): Promise<{folder: string; file: string; base: string}> {
	const folder = await temporaryFolder(t);
	const base = join(folder, 'base.vdi');
	const file = join(folder, 'disk.qcow2');
	await writeFile(join(folder, 'base.raw'), Buffer.alloc(overlayBytes, 'old '));
	await runProgram('qemu-img', ['convert', '-O', 'vdi', join(folder, 'base.raw'), base]);
	await runProgram('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'vdi', '-b', base, file]);
	return {folder, file, base};
}

for (const present of [exportByFuse, copyPart]) {
	test(
		`what is written to the plain file is in the overlay, and the base is as it was (${present.name})`,
		present === exportByFuse ? needsFuse : {},
		async t => {
			const {folder, file, base} = await overlay(t);
			const before = await readFile(base);

			const plain = await present(file, part);
			assert.equal((await stat(plain.file)).size, part.sizeBytes);
			const handle = await open(plain.file, 'r+');
			await handle.write('new!', 1_000_000);
			await handle.close();
			await plain.keep();

			assert.deepEqual(await mountsBelow(folder), []);
			assert.deepEqual(await exportsOf(folder), []);
			assert.deepEqual(await readFile(base), before);
			await runProgram('qemu-img', ['convert', '-O', 'raw', file, join(folder, 'now.raw')]);
			const now = await readFile(join(folder, 'now.raw'));
			assert.equal(now.toString('latin1', part.startBytes + 999_996, part.startBytes + 1_000_008), 'old new!old ');
			assert.deepEqual(now.subarray(0, part.startBytes), Buffer.alloc(part.startBytes, 'old '));
			assert.deepEqual(
				now.subarray(part.startBytes + 1_000_004),
				Buffer.alloc(overlayBytes - part.startBytes - 1_000_004, 'old '),
			);
		},
	);
}

test('an export whose process was killed is found and its dead mount taken away', needsFuse, async t => {
	const {folder, file} = await overlay(t);
	await exportByFuse(file, part);
	const [pid = 0] = await exportsOf(folder);
	process.kill(pid, 'SIGKILL');
	for (let tries = 0; tries < 100 && (await exportsOf(folder)).length > 0; tries++) {
		await delay(20);
	}

	assert.equal((await mountsBelow(folder)).length, 1);
	await stopExports(folder);
	assert.deepEqual(await mountsBelow(folder), []);
});

test('an export is stopped from another process, and others are left alone', needsFuse, async t => {
	const first = await overlay(t);
	const second = await overlay(t);
	await exportByFuse(first.file, part);
	const kept = await exportByFuse(second.file, part);

	await stopExports(first.folder);

	assert.deepEqual(await exportsOf(first.folder), []);
	assert.equal((await exportsOf(second.folder)).length, 1);
	await kept.release();
});

test('where an overlay cannot be exported the reason is told', async t => {
	const folder = await temporaryFolder(t);
	await writeFile(join(folder, 'disk.qcow2'), 'no qcow2');
	await assert.rejects(exportByFuse(join(folder, 'disk.qcow2'), part), FuseRefusedError);
	assert.deepEqual(await exportsOf(folder), []);
});

test('blanks in mount points are read as the kernel writes them', () => {
	assert.deepEqual(mountPoints('36 35 98:0 / /my\\040disks/exported.raw rw - fuse /dev/fuse rw\n'), [
		'/my disks/exported.raw',
	]);
});
