import {availableParallelism} from 'node:os';
import {deflate} from 'node:zlib';
import {type SnapshotDisk, snapshotBlockBytes} from '../ebs-direct/snapshot-disk.js';
import type {DiskStream} from './disk-stream.js';
import {
	capacityBytes,
	grainBytes,
	grainsPerTable,
	sectorBytes,
	tableBytes,
	toSectors,
	vmdkBeginning,
	vmdkGrain,
	vmdkHeader,
	vmdkMarker,
} from './vmdk-frame.js';

const grainsPerBlock = snapshotBlockBytes / grainBytes;
const zeroGrain = Buffer.alloc(grainBytes);
/** What zlib makes of a grain at worst, with its frame. */
const mostGrainBytes = 130 * sectorBytes;
/** The higher ones cost many times the time for a twentieth of the size. */
const level = 1;

/** A disk as a stream-optimized VMDK, made while it is read; nothing but a few blocks is held. The same disk gives the same bytes. */
export async function vmdkStream(disk: SnapshotDisk): Promise<DiskStream> {
	let blocks = 0;
	for await (const _ of disk.allocated()) {
		blocks++;
	}

	return {
		format: 'VMDK',
		mostBytes: mostVmdkBytes(disk.sizeBytes, blocks),
		isExact: false,
		dataBytes: blocks * snapshotBlockBytes,
		open: onRead => vmdkOf(disk, onRead),
	};
}

function mostVmdkBytes(diskBytes: number, blocks: number): number {
	const tables = tableCount(diskBytes);
	const directory = toSectors(4 * tables) * sectorBytes;
	return (
		vmdkBeginning(diskBytes).length +
		blocks * grainsPerBlock * mostGrainBytes +
		tables * (sectorBytes + tableBytes) +
		directory +
		4 * sectorBytes
	);
}

async function* vmdkOf(disk: SnapshotDisk, onRead: (dataBytes: number) => void): AsyncGenerator<Buffer> {
	const {sizeBytes} = disk;
	const directory = Buffer.alloc(toSectors(4 * tableCount(sizeBytes)) * sectorBytes);
	const table = {number: -1, grains: Buffer.alloc(tableBytes)};
	let sector = 0;
	const placed = (pieces: readonly Buffer[]): Buffer => {
		const bytes = Buffer.concat(pieces);
		sector += bytes.length / sectorBytes;
		return bytes;
	};
	const endOfTable = (): readonly Buffer[] => {
		if (table.number < 0) {
			return [];
		}

		directory.writeUInt32LE(sector + 1, 4 * table.number);
		return [vmdkMarker('table', toSectors(tableBytes)), Buffer.from(table.grains)];
	};

	yield placed([vmdkBeginning(sizeBytes)]);
	let read = 0;
	for await (const grains of compressedBlocks(disk)) {
		// A table has the grains of whole blocks.
		const ofTable = grains[0] === undefined ? table.number : Math.floor(grains[0].number / grainsPerTable);
		if (ofTable !== table.number) {
			yield placed(endOfTable());
			table.number = ofTable;
			table.grains.fill(0);
		}

		let ahead = sector;
		const pieces = grains.map(({number, deflated}) => {
			const framed = vmdkGrain(number, deflated);
			table.grains.writeUInt32LE(ahead, 4 * (number % grainsPerTable));
			ahead += framed.length / sectorBytes;
			return framed;
		});
		read += snapshotBlockBytes;
		onRead(read);
		yield placed(pieces);
	}

	yield placed(endOfTable());
	const directorySector = sector + 1;
	yield placed([vmdkMarker('directory', directory.length / sectorBytes), directory]);
	yield placed([vmdkMarker('footer', 1), vmdkHeader(sizeBytes, directorySector), vmdkMarker('endOfStream', 0)]);
}

type Grain = {readonly number: number; readonly deflated: Buffer};

/** Some blocks are compressed at the same time, and leave in their order. */
async function* compressedBlocks(disk: SnapshotDisk): AsyncGenerator<readonly Grain[]> {
	const waiting: Array<Promise<readonly Grain[]>> = [];
	const most = availableParallelism() + 2;
	for await (const index of disk.allocated()) {
		const block = await disk.readBlock(index);
		const compressed = compress(index, block, capacityBytes(disk.sizeBytes));
		compressed.catch(() => undefined); // Told where it is awaited; until then it is not unhandled.
		waiting.push(compressed);
		if (waiting.length >= most) {
			yield (await waiting.shift()) ?? [];
		}
	}

	for (const compressed of waiting) {
		yield await compressed;
	}
}

/** The grains of one block that hold something. */
async function compress(index: number, block: Buffer, diskBytes: number): Promise<readonly Grain[]> {
	const numbers = Array.from({length: grainsPerBlock}, (_, at) => index * grainsPerBlock + at);
	const grains = numbers.map(async (number, at) => {
		const grain = block.subarray(at * grainBytes, (at + 1) * grainBytes);
		return number * grainBytes >= diskBytes || grain.equals(zeroGrain)
			? []
			: [{number, deflated: await deflateGrain(grain)}];
	});
	return (await Promise.all(grains)).flat();
}

async function deflateGrain(grain: Buffer): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		// With room for the worst case it is one task of a thread.
		deflate(grain, {level, chunkSize: mostGrainBytes}, (error, deflated) => {
			if (error) {
				reject(error);
			} else {
				resolve(deflated);
			}
		});
	});
}

const tableCount = (diskBytes: number): number => Math.ceil(capacityBytes(diskBytes) / grainBytes / grainsPerTable);
