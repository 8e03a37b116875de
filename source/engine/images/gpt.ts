import {crc32} from 'node:zlib';
import type {BlockSource} from './block-source.js';
import {DamagedPartitionTableError} from './damaged-partition-table-error.js';
import type {Partition} from './partition-table.js';

const sectorBytes = 512;
const unused = '00000000-0000-0000-0000-000000000000';
const mostTableBytes = 1024 * 1024;

/**
Reads a GUID partition table: the first copy, or the backup at the end of the disk when the first fails its checksums.
Undefined when there is no sign of one.

@throws {DamagedPartitionTableError} When it is `expected`, or there are remains of it, and no copy is sound.
*/
export async function readGpt(
	source: BlockSource,
	file: string,
	expected: boolean,
): Promise<{readonly partitions: readonly Partition[]; readonly notes: readonly string[]} | undefined> {
	const lastSector = Math.floor(source.sizeBytes / sectorBytes) - 1;
	if (lastSector < 2) {
		return undefined;
	}

	const first = await readCopy(source, 1);
	if (typeof first !== 'string') {
		return {partitions: first, notes: []};
	}

	const backup = await readCopy(source, lastSector);
	if (typeof backup !== 'string') {
		return {
			partitions: backup,
			notes: [`The first partition table is damaged (${first}); the backup at the end is sound.`],
		};
	}

	const isThere = expected || first !== 'it has no mark' || backup !== 'it has no mark';
	if (isThere) {
		throw new DamagedPartitionTableError(file, `neither copy of its GPT is sound (first: ${first}; backup: ${backup})`);
	}

	return undefined;
}

/** The partitions, or what is wrong with this copy. */
async function readCopy(source: BlockSource, sector: number): Promise<readonly Partition[] | string> {
	const header = await source.read(sector * sectorBytes, sectorBytes);
	if (header.toString('latin1', 0, 8) !== 'EFI PART') {
		return 'it has no mark';
	}

	const headerBytes = header.readUInt32LE(12);
	if (headerBytes < 92 || headerBytes > sectorBytes) {
		return `it claims a header of ${headerBytes} bytes`;
	}

	const checked = Buffer.from(header.subarray(0, headerBytes));
	checked.writeUInt32LE(0, 16);
	if (crc32(checked) !== header.readUInt32LE(16)) {
		return 'the checksum of its header is wrong';
	}

	const tableSector = Number(header.readBigUInt64LE(72));
	const count = header.readUInt32LE(80);
	const entryBytes = header.readUInt32LE(84);
	const tableBytes = count * entryBytes;
	const start = tableSector * sectorBytes;
	if (entryBytes < 128 || entryBytes > 4096 || tableBytes > mostTableBytes || start + tableBytes > source.sizeBytes) {
		return 'its table is too large or not on the disk';
	}

	const table = await source.read(start, tableBytes);
	if (crc32(table) !== header.readUInt32LE(88)) {
		return 'the checksum of its table is wrong';
	}

	return parseTable(table, entryBytes, source.sizeBytes);
}

function parseTable(table: Buffer, entryBytes: number, diskBytes: number): readonly Partition[] {
	const partitions: Partition[] = [];
	for (let offset = 0; offset + entryBytes <= table.length; offset += entryBytes) {
		const type = readGuid(table, offset);
		const startBytes = Number(table.readBigUInt64LE(offset + 32)) * sectorBytes;
		const endBytes = (Number(table.readBigUInt64LE(offset + 40)) + 1) * sectorBytes;
		if (type !== unused && startBytes > 0 && endBytes > startBytes && startBytes < diskBytes) {
			partitions.push({
				number: offset / entryBytes + 1,
				startBytes,
				sizeBytes: Math.min(endBytes, diskBytes) - startBytes,
				type,
				// Attribute bit 2 is "legacy BIOS bootable".
				bootable: (table.readUInt8(offset + 48) & 4) !== 0,
				partUuid: readGuid(table, offset + 16),
			});
		}
	}

	return partitions;
}

function readGuid(table: Buffer, offset: number): string {
	const little = (from: number, to: number) =>
		Buffer.from(table.subarray(offset + from, offset + to))
			.reverse()
			.toString('hex');
	const big = (from: number, to: number) => table.toString('hex', offset + from, offset + to);
	return [little(0, 4), little(4, 6), little(6, 8), big(8, 10), big(10, 16)].join('-');
}
