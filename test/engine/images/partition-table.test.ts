import assert from 'node:assert/strict';
import {open, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {runProgram} from '../../../source/engine/host/run-program.js';
import {DamagedPartitionTableError} from '../../../source/engine/images/damaged-partition-table-error.js';
import {openVdi} from '../../../source/engine/images/open-vdi.js';
import {type PartitionTable, readPartitionTable} from '../../../source/engine/images/partition-table.js';
import {probeFileSystem} from '../../../source/engine/images/probe-file-system.js';
import {makeVdi, toVdi} from '../../helpers/make-vdi.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const mib = 1024 * 1024;
const logical = `label: dos
label-id: 0x5eed1234
start=1MiB, size=4MiB, type=83, bootable
start=6MiB, size=2MiB, type=82
start=9MiB, type=5
start=10MiB, size=3MiB, type=83
start=14MiB, size=2MiB, type=83
start=17MiB, size=2MiB, type=83
`;
const gpt = `label: gpt
label-id: 5EED1234-0000-4000-8000-000000000001
start=1MiB, size=1MiB, type=21686148-6449-6E6F-744E-656564454649
start=2MiB, size=8MiB, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B
start=10MiB, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4, attrs=LegacyBIOSBootable
`;

for (const {title, table, kind} of [
	{title: 'an MBR with logical partitions', table: logical, kind: 'mbr'},
	{title: 'a GPT', table: gpt, kind: 'gpt'},
]) {
	test(`${title} is read as sfdisk reads it`, async t => {
		const {raw, vdi} = await makeVdi(await temporaryFolder(t), 'disk', {table});
		const found = await readTable(vdi);

		const {stdout} = await runProgram('sfdisk', ['--json', raw]);
		const {partitiontable} = JSON.parse(stdout) as SfdiskReport;
		assert.equal(found.kind, kind);
		assert.deepEqual(
			found.partitions.map(({number, startBytes, sizeBytes, type}) => ({
				number,
				start: startBytes / 512,
				size: sizeBytes / 512,
				type,
			})),
			partitiontable.partitions.map(({node, start, size, type}) => ({
				number: Number(/\d+$/.exec(node)?.[0]),
				start,
				size,
				type: type.toLowerCase().padStart(2, '0'),
			})),
		);
		assert.deepEqual(
			found.partitions.filter(({bootable}) => bootable).map(({number}) => number),
			[kind === 'mbr' ? 1 : 3],
		);
		if (kind === 'gpt') {
			assert.deepEqual(
				found.partitions.map(({partUuid}) => partUuid),
				partitiontable.partitions.map(({uuid}) => uuid?.toLowerCase()),
			);
		} else {
			assert.equal(found.partitions[0]?.partUuid, '5eed1234-01');
		}
	});
}

for (const {title, damage} of [
	{title: 'whose header is damaged', damage: 512 + 40},
	{title: 'whose entries are damaged', damage: 1024 + 40},
]) {
	test(`a GPT ${title} is read from its backup, and that is said`, async t => {
		const folder = await temporaryFolder(t);
		const {raw, vdi} = await makeVdi(folder, 'disk', {table: gpt});
		const before = await readTable(vdi);
		await overwrite(raw, damage, Buffer.from([0xaa, 0x55]));
		await toVdi(raw, vdi);
		const after = await readTable(vdi);
		assert.deepEqual(after.partitions, before.partitions);
		assert.match(after.notes.join(), /backup at the end is sound/);
	});
}

test('a GPT without any sound copy is refused', async t => {
	const folder = await temporaryFolder(t);
	const {raw, vdi} = await makeVdi(folder, 'disk', {table: gpt});
	await overwrite(raw, 512 + 40, Buffer.from([0xaa]));
	await overwrite(raw, 24 * mib - 512 + 40, Buffer.from([0xaa]));
	await toVdi(raw, vdi);
	await assert.rejects(readTable(vdi), DamagedPartitionTableError);
});

test('logical partitions that run in a circle, or off the disk, are refused', async t => {
	const folder = await temporaryFolder(t);
	const {raw, vdi} = await makeVdi(folder, 'disk', {table: logical});
	// The second boot record, of the second logical partition, says where the third is: now at the first again.
	const second = 9 * mib + (await nextRecord(raw, 9 * mib)) * 512;
	for (const next of [0, 0x7fffffff]) {
		const pointer = Buffer.alloc(4);
		pointer.writeUInt32LE(next);
		await overwrite(raw, second + 462 + 8, pointer);
		await toVdi(raw, vdi);
		await assert.rejects(readTable(vdi), DamagedPartitionTableError);
	}
});

test('a disk without a partition table is refused, and what is on it is named', async t => {
	const folder = await temporaryFolder(t);
	const empty = await makeVdi(folder, 'empty', {table: ''});
	await assert.rejects(readTable(empty.vdi), {name: 'NoPartitionTableError', fileSystem: undefined});
	const labelled = await makeVdi(folder, 'labelled', {table: 'label: dos\n'});
	await assert.rejects(readTable(labelled.vdi), {name: 'NoPartitionTableError'});
	const whole = await makeVdi(folder, 'whole', {table: '', fileSystems: [{startMib: 0, sizeMib: 24}]});
	await assert.rejects(readTable(whole.vdi), {name: 'NoPartitionTableError', fileSystem: 'ext4'});
	const fat = join(folder, 'fat.raw');
	await runProgram('mkfs.vfat', ['-C', fat, '24576']);
	await toVdi(fat, join(folder, 'fat.vdi'));
	await assert.rejects(readTable(join(folder, 'fat.vdi')), {name: 'NoPartitionTableError', fileSystem: 'vfat'});
});

const formatters = [
	{fileSystem: 'swap', program: 'mkswap', args: ['-L', 'mine']},
	{fileSystem: 'vfat', program: 'mkfs.vfat', args: ['-n', 'MINE']},
	{fileSystem: 'btrfs', program: 'mkfs.btrfs', args: ['-q', '-L', 'mine', '-m', 'single']},
	{fileSystem: 'ext2', program: 'mke2fs', args: ['-q', '-t', 'ext2', '-L', 'mine']},
	{fileSystem: 'ext3', program: 'mke2fs', args: ['-q', '-t', 'ext3', '-L', 'mine']},
	{fileSystem: 'ext4', program: 'mke2fs', args: ['-q', '-t', 'ext4', '-L', 'mine']},
];

for (const {fileSystem, program, args} of formatters) {
	test(`${fileSystem} is recognised, with the UUID and label blkid tells`, async t => {
		const folder = await temporaryFolder(t);
		const raw = join(folder, 'disk.raw');
		await writeFile(raw, '');
		await runProgram('truncate', ['-s', '120M', raw]);
		await runProgram(program, [...args, raw]);
		const {stdout} = await runProgram('blkid', ['-p', '-o', 'export', raw]);
		await toVdi(raw, join(folder, 'disk.vdi'));
		const source = await openVdi(join(folder, 'disk.vdi'));
		t.after(async () => source.close());

		const probe = await probeFileSystem(source, 0, source.sizeBytes);

		assert.deepEqual(probe, {
			fileSystem,
			uuid: /^UUID=(.*)$/m.exec(stdout)?.[1],
			label: /^LABEL=(.*)$/m.exec(stdout)?.[1],
		});
	});
}

for (const {fileSystem, offset, mark} of [
	{fileSystem: 'xfs', offset: 0, mark: 'XFSB'},
	{fileSystem: 'lvm', offset: 512, mark: 'LABELONE'},
	{fileSystem: 'ntfs', offset: 3, mark: 'NTFS    '},
	{fileSystem: 'luks', offset: 0, mark: 'LUKS\xba\xbe'},
]) {
	test(`${fileSystem} is recognised by its mark`, async () => {
		const content = Buffer.alloc(mib);
		content.write(mark, offset, 'latin1');
		const source = {
			sizeBytes: content.length,
			read: async (start: number, length: number) => content.subarray(start, start + length),
			close: async () => undefined,
		};
		assert.equal((await probeFileSystem(source, 0, content.length)).fileSystem, fileSystem);
	});
}

type SfdiskReport = {
	partitiontable: {partitions: ReadonlyArray<{node: string; start: number; size: number; type: string; uuid?: string}>};
};

async function readTable(vdi: string): Promise<PartitionTable> {
	const source = await openVdi(vdi);
	try {
		return await readPartitionTable(source, vdi);
	} finally {
		await source.close();
	}
}

async function overwrite(file: string, offset: number, bytes: Buffer): Promise<void> {
	const handle = await open(file, 'r+');
	await handle.write(bytes, 0, bytes.length, offset);
	await handle.close();
}

/** Sectors from the start of the extended partition to the boot record that follows the one at `offset`. */
async function nextRecord(file: string, offset: number): Promise<number> {
	const handle = await open(file, 'r');
	const {buffer} = await handle.read(Buffer.alloc(512), 0, 512, offset);
	await handle.close();
	return buffer.readUInt32LE(462 + 8);
}
