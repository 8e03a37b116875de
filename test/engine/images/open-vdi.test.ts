import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {once} from 'node:events';
import {mkdir, open, readFile, stat, truncate, utimes, writeFile} from 'node:fs/promises';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {test} from 'node:test';
import {runProgram} from '../../../source/engine/host/run-program.js';
import type {BlockSource} from '../../../source/engine/images/block-source.js';
import {DamagedBlockMapError} from '../../../source/engine/images/damaged-block-map-error.js';
import {ImageFileError} from '../../../source/engine/images/image-file-error.js';
import {NotAVdiError} from '../../../source/engine/images/not-a-vdi-error.js';
import {openVdi} from '../../../source/engine/images/open-vdi.js';
import {TruncatedImageError} from '../../../source/engine/images/truncated-image-error.js';
import {toVdi} from '../../helpers/make-vdi.js';
import {seededRandom} from '../../helpers/seeded-random.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const mib = 1024 * 1024;

for (const kind of ['dynamic', 'static'] as const) {
	test(`every byte of a ${kind} VDI is read, in pieces of any size`, async t => {
		const folder = await temporaryFolder(t);
		const {raw, vdi} = await makeDisk(folder, kind);
		const before = await fingerprintOfFile(vdi);
		const source = await openVdi(vdi);
		t.after(async () => source.close());

		assert.equal(source.summary.kind, kind);
		assert.equal(source.summary.version, '1.1');
		assert.equal(source.sizeBytes, 9 * mib + 512);
		assert.equal(source.summary.allocatedBytes, (kind === 'dynamic' ? 4 : 10) * mib);
		const content = await readFile(raw);
		assert.ok(content.equals(await readAll(source, 777_777)));
		assert.ok(content.equals(await readAll(source, 4096)));
		assert.deepEqual(await fingerprintOfFile(vdi), before);
	});
}

test('a pipe, a socket or a device in the place of a disk is refused at once', {timeout: 20_000}, async t => {
	const folder = await temporaryFolder(t);
	await runProgram('mkfifo', [join(folder, 'pipe')]);
	const server = createServer().listen(join(folder, 'socket'));
	await once(server, 'listening');
	t.after(() => server.close());
	for (const path of [join(folder, 'pipe'), join(folder, 'socket'), '/dev/zero']) {
		await assert.rejects(openVdi(path), ImageFileError, path);
	}
});

test('reading outside the disk is a fault of the caller', async t => {
	const {vdi} = await makeDisk(await temporaryFolder(t));
	const source = await openVdi(vdi);
	t.after(async () => source.close());
	for (const [offset, length] of [
		[-1, 1],
		[source.sizeBytes, 1],
		[0, 9 * mib],
		[Number.NaN, 1],
	] as const) {
		await assert.rejects(async () => source.read(offset, length), RangeError);
	}
});

test('the fingerprint changes with size, time, header and map, not with the path', async t => {
	const folder = await temporaryFolder(t);
	const {vdi} = await makeDisk(folder);
	const fingerprint = async () => {
		const source = await openVdi(vdi);
		await source.close();
		return source.fingerprint;
	};
	const seen = new Set([await fingerprint()]);
	assert.equal(await fingerprint(), [...seen][0]);
	const {mtime} = await stat(vdi);
	const again = async (change: () => Promise<void>, keepTime = true) => {
		await change();
		await utimes(vdi, mtime, keepTime ? mtime : new Date(mtime.getTime() + 5));
		const now = await fingerprint();
		assert.ok(!seen.has(now));
		seen.add(now);
	};
	await again(async () => undefined, false);
	await again(async () => write(vdi, 0x60, Buffer.from('a comment')));
	await again(async () => swapEntries(vdi));
	await again(async () => truncate(vdi, (await stat(vdi)).size + 512));
});

test('two blocks in one place are found at once', async t => {
	const {vdi} = await makeDisk(await temporaryFolder(t));
	const {mapOffset, entries} = await readMap(vdi);
	const [first = 0, second = 0] = entries.flatMap((entry, index) => (entry < 0xfffffffe ? [index] : []));
	await write(vdi, mapOffset + second * 4, numberBytes(entries[first] ?? 0));
	await assert.rejects(openVdi(vdi), {name: 'DamagedBlockMapError', block: second});
});

test('a block in a place that cannot be is found at once', async t => {
	const {vdi} = await makeDisk(await temporaryFolder(t));
	const {mapOffset} = await readMap(vdi);
	await write(vdi, mapOffset, numberBytes(0x7fffffff));
	await assert.rejects(openVdi(vdi), DamagedBlockMapError);
});

test('a map that is damaged after it was checked is noticed when it is read', async t => {
	const {vdi} = await makeDisk(await temporaryFolder(t));
	const source = await openVdi(vdi);
	t.after(async () => source.close());
	const {mapOffset} = await readMap(vdi);
	await write(vdi, mapOffset, numberBytes(500));
	await assert.rejects(source.read(0, 512), DamagedBlockMapError);
});

for (const kind of ['dynamic', 'static'] as const) {
	test(`a ${kind} VDI that was cut off is told by its map`, async t => {
		const {vdi} = await makeDisk(await temporaryFolder(t), kind);
		await truncate(vdi, (await stat(vdi)).size - 2 * mib);
		await assert.rejects(openVdi(vdi), TruncatedImageError);
	});
}

const others = [
	{format: 'vmdk', name: /a VMDK disk/, hint: /VBoxManage clonemedium disk IN OUT\.vdi --format VDI/},
	{format: 'vpc', name: /a VHD disk/, hint: /VBoxManage clonemedium/},
	{format: 'vpc', options: ['-o', 'subformat=fixed'], name: /a VHD disk/, hint: /VBoxManage clonemedium/},
	{format: 'vhdx', name: /a VHDX disk/, hint: /VBoxManage clonemedium/},
	{format: 'qcow2', name: /a qcow2 disk/, hint: /qemu-img convert -O vdi/},
	{format: 'parallels', name: /a Parallels disk/, hint: /VBoxManage/},
];

for (const {format, options = [], name, hint} of others) {
	test(`a ${[format, ...options].join(' ')} disk is recognised, with how to convert it`, async t => {
		const folder = await temporaryFolder(t);
		const file = join(folder, 'disk');
		await runProgram('qemu-img', ['create', '-q', '-f', format, ...options, file, '16M']);
		await assert.rejects(openVdi(file), (error: unknown) => {
			assert.ok(error instanceof NotAVdiError);
			assert.match(error.message, name);
			assert.match(error.hint, hint);
			return true;
		});
	});
}

test('what is no disk at all is refused with a sentence', async t => {
	const folder = await temporaryFolder(t);
	const file = join(folder, 'file');
	for (const [content, said] of [
		['', /is not a VirtualBox disk image \(VDI\)\.$/],
		['hello\n', /is not a VirtualBox disk image \(VDI\)\.$/],
		[Buffer.concat([Buffer.alloc(32_769), Buffer.from('CD001'), Buffer.alloc(4096)]), /an ISO image/],
		['<?xml version="1.0"?><VirtualBox/>', /description of a machine/],
	] as const) {
		await writeFile(file, content);
		await assert.rejects(openVdi(file), {name: 'NotAVdiError', message: said});
	}

	await mkdir(join(folder, 'folder'));
	await assert.rejects(openVdi(join(folder, 'folder')), {name: 'ImageFileError', message: /is a folder/});
	await assert.rejects(openVdi(join(folder, 'none.vdi')), {name: 'ImageFileError', message: /does not exist/});
	await assert.rejects(openVdi(join(file, 'below')), ImageFileError);
});

/** Ten blocks, the last one short, four of them with data. */
async function makeDisk(folder: string, kind: 'dynamic' | 'static' = 'dynamic'): Promise<{raw: string; vdi: string}> {
	const raw = join(folder, 'disk.raw');
	const vdi = join(folder, 'disk.vdi');
	const random = seededRandom(1);
	const handle = await open(raw, 'w');
	await handle.truncate(9 * mib + 512);
	for (const offset of [0, 3 * mib - 1000, 9 * mib]) {
		const length = Math.min(3000, 9 * mib + 512 - offset);
		await handle.write(Buffer.from(Array.from({length}, () => Math.floor(random() * 256))), 0, length, offset);
	}

	await handle.close();
	await toVdi(raw, vdi, kind);
	return {raw, vdi};
}

async function readAll(source: BlockSource, step: number): Promise<Buffer> {
	const parts: Buffer[] = [];
	for (let offset = 0; offset < source.sizeBytes; offset += step) {
		parts.push(await source.read(offset, Math.min(step, source.sizeBytes - offset)));
	}

	return Buffer.concat(parts);
}

async function fingerprintOfFile(file: string): Promise<unknown> {
	const {mtimeNs, size} = await stat(file, {bigint: true});
	return {
		digest: createHash('sha256')
			.update(await readFile(file))
			.digest('hex'),
		mtimeNs,
		size,
	};
}

async function readMap(vdi: string): Promise<{mapOffset: number; entries: number[]}> {
	const content = await readFile(vdi);
	const mapOffset = content.readUInt32LE(0x154);
	const count = content.readUInt32LE(0x180);
	return {mapOffset, entries: Array.from({length: count}, (_, index) => content.readUInt32LE(mapOffset + index * 4))};
}

async function swapEntries(vdi: string): Promise<void> {
	const {mapOffset, entries} = await readMap(vdi);
	const [first = 0, second = 0] = entries.flatMap((entry, index) => (entry < 0xfffffffe ? [index] : []));
	await write(vdi, mapOffset + first * 4, numberBytes(entries[second] ?? 0));
	await write(vdi, mapOffset + second * 4, numberBytes(entries[first] ?? 0));
}

async function write(file: string, offset: number, bytes: Buffer): Promise<void> {
	const handle = await open(file, 'r+');
	await handle.write(bytes, 0, bytes.length, offset);
	await handle.close();
}

function numberBytes(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32LE(value);
	return bytes;
}
