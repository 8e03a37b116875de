import type {BlockSource} from './block-source.js';
import {DamagedPartitionTableError} from './damaged-partition-table-error.js';
import type {Partition} from './partition-table.js';

const sectorBytes = 512;
const extendedTypes = new Set([0x05, 0x0f, 0x85]);
const mostLogical = 128;

type Entry = {
	readonly type: number;
	readonly bootable: boolean;
	readonly start: number;
	readonly sectors: number;
};

/**
Reads the primary and logical partitions of an MBR. Undefined when the boot sector is none: without its mark, or the boot
sector of a file system.

@throws {DamagedPartitionTableError} When the list of logical partitions runs in a circle or off the disk.
*/
export async function readMbr(
	source: BlockSource,
	bootSector: Buffer,
	file: string,
): Promise<{readonly partitions: readonly Partition[]} | undefined> {
	const entries = parseEntries(bootSector);
	if (entries === undefined) {
		return undefined;
	}

	const diskSectors = Math.floor(source.sizeBytes / sectorBytes);
	const diskId = bootSector.readUInt32LE(440).toString(16).padStart(8, '0');
	const toPartition = ({type, bootable, start, sectors}: Entry, number: number): Partition => ({
		number,
		startBytes: start * sectorBytes,
		// A table that was copied from a larger disk: Linux too cuts the partition to what there is.
		sizeBytes: Math.min(sectors, diskSectors - start) * sectorBytes,
		type: type.toString(16).padStart(2, '0'),
		bootable,
		partUuid: `${diskId}-${number.toString(16).padStart(2, '0')}`,
	});

	const partitions: Partition[] = [];
	for (const [index, entry] of entries.entries()) {
		if (entry.type !== 0 && entry.sectors > 0 && entry.start > 0 && entry.start < diskSectors) {
			partitions.push(toPartition(entry, index + 1));
		}
	}

	const extended = entries.find(({type, start}) => extendedTypes.has(type) && start > 0 && start < diskSectors);
	if (extended) {
		const logical = await readLogical(source, extended, file);
		partitions.push(
			...logical.filter(({start}) => start < diskSectors).map((entry, index) => toPartition(entry, index + 5)),
		);
	}

	return {partitions};
}

/** Follows the chain of extended boot records. */
async function readLogical(source: BlockSource, extended: Entry, file: string): Promise<readonly Entry[]> {
	const logical: Entry[] = [];
	const visited = new Set<number>();
	for (let record = extended.start; ; ) {
		if (visited.has(record)) {
			throw new DamagedPartitionTableError(file, 'its list of logical partitions runs in a circle');
		}

		if (visited.size >= mostLogical) {
			throw new DamagedPartitionTableError(file, `it names more than ${mostLogical} logical partitions`);
		}

		visited.add(record);
		if ((record + 1) * sectorBytes > source.sizeBytes) {
			throw new DamagedPartitionTableError(file, 'its list of logical partitions leads out of the disk');
		}

		const [data, next] = parseEntries(await source.read(record * sectorBytes, sectorBytes)) ?? [];
		if (data && data.type !== 0 && data.sectors > 0) {
			logical.push({...data, start: record + data.start});
		}

		if (!next || !extendedTypes.has(next.type) || next.sectors === 0) {
			return logical;
		}

		record = extended.start + next.start;
	}
}

/** The four entries of a boot record; undefined when it is none. */
function parseEntries(sector: Buffer): readonly Entry[] | undefined {
	if (sector.readUInt16BE(510) !== 0x55aa) {
		return undefined;
	}

	const entries = [446, 462, 478, 494].map(offset => ({
		status: sector.readUInt8(offset),
		bootable: sector.readUInt8(offset) === 0x80,
		type: sector.readUInt8(offset + 4),
		start: sector.readUInt32LE(offset + 8),
		sectors: sector.readUInt32LE(offset + 12),
	}));
	// The boot sector of a FAT or NTFS volume bears the same mark, with other things in these places.
	return entries.every(({status}) => (status & 0x7f) === 0) ? entries : undefined;
}
