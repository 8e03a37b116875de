import {createHash} from 'node:crypto';
import type {FileHandle} from 'node:fs/promises';
import {DamagedBlockMapError} from './damaged-block-map-error.js';
import {readFully} from './read-fully.js';
import {TruncatedImageError} from './truncated-image-error.js';
import type {VdiHeader} from './vdi-header.js';

const firstFreeMark = 0xfffffffe;
const chunkEntries = 64 * 1024;

/** 8 TiB of disk in blocks of 1 MiB. What lies beyond is checked entry by entry when it is read. */
const mostEntries = 8 * 1024 * 1024;

export type BlockMapCheck = {
	readonly allocatedBlocks: number;
	/** SHA-256 of the salt and the map. */
	readonly digest: string;
};

/**
Reads the block map once, in chunks of 256 KiB, and remembers one bit for each place in the file: no two blocks may share
a place (a disk with a circle in its map is the same thing), and each place must be inside the file.

@throws {DamagedBlockMapError | TruncatedImageError}
*/
export async function checkBlockMap(
	handle: FileHandle,
	header: VdiHeader,
	{file, fileBytes, salt}: {file: string; fileBytes: number; salt: ReadonlyArray<string | Buffer>},
): Promise<BlockMapCheck> {
	const {mapOffset, dataOffset, blockBytes, blockExtraBytes, blockCount, virtualBytes} = header;
	const hash = createHash('sha256');
	for (const part of salt) {
		hash.update(part);
	}

	const entries = Math.min(blockCount, mostEntries);
	const lastBlockBytes = virtualBytes - (blockCount - 1) * blockBytes;
	// A place beyond the number of blocks cannot be; so a bit for each block is enough, whatever the entries say.
	const taken = new Uint8Array(Math.ceil(Math.min(blockCount, mostEntries) / 8));
	let allocatedBlocks = 0;
	let neededBytes = 0;
	for (let first = 0; first < entries; first += chunkEntries) {
		const count = Math.min(chunkEntries, entries - first);
		const chunk = await readFully(handle, mapOffset + first * 4, count * 4);
		if (chunk.length < count * 4) {
			throw new TruncatedImageError(file, fileBytes, mapOffset + blockCount * 4);
		}

		hash.update(chunk);
		for (let entry = 0; entry < count; entry++) {
			const place = chunk.readUInt32LE(entry * 4);
			if (place >= firstFreeMark) {
				continue;
			}

			const block = first + entry;
			if (place >= blockCount) {
				throw new DamagedBlockMapError(file, block, `is said to be at place ${place}, which there cannot be`);
			}

			const bit = 1 << (place & 7);
			const byte = taken[place >>> 3] ?? 0;
			if (byte & bit) {
				throw new DamagedBlockMapError(file, block, `shares place ${place} with another block`);
			}

			taken[place >>> 3] = byte | bit; // Ignored by the array where the place is beyond what is checked.
			allocatedBlocks++;
			const end =
				dataOffset +
				place * (blockBytes + blockExtraBytes) +
				blockExtraBytes +
				(block === blockCount - 1 ? lastBlockBytes : blockBytes);
			neededBytes = Math.max(neededBytes, end);
		}
	}

	if (neededBytes > fileBytes) {
		throw new TruncatedImageError(file, fileBytes, neededBytes);
	}

	return {allocatedBlocks, digest: hash.digest('hex')};
}
