import {createHash} from 'node:crypto';
import {type SnapshotDisk, snapshotBlockBytes} from '../../source/engine/migration/ebs-direct/snapshot-disk.js';

export type MemoryDisk = SnapshotDisk & {
	/** What each block holds is made from its seed: 0 is zeros, nothing is a hole. */
	readonly seeds: Map<number, number>;
	reads: number;
};

/** A disk that is made up while it is read. */
export function createMemoryDisk(sizeBytes: number, seeds: ReadonlyMap<number, number>): MemoryDisk {
	const disk: MemoryDisk = {
		sizeBytes,
		seeds: new Map(seeds),
		reads: 0,
		allocated: () => [...disk.seeds.keys()].toSorted((a, b) => a - b),
		async readBlock(index) {
			disk.reads++;
			return blockOf(index, disk.seeds.get(index) ?? 0);
		},
		close: async () => undefined,
	};
	return disk;
}

/** Full from the first block on. */
export const seedsFor = (count: number): Map<number, number> =>
	new Map(Array.from({length: count}, (_, index) => [index, index + 1]));

/** Every block another one; quick to make. */
export function blockOf(index: number, seed: number): Buffer {
	const block = Buffer.alloc(snapshotBlockBytes);
	if (seed !== 0) {
		block.fill(createHash('sha256').update(`${index} ${seed}`).digest());
	}

	return block;
}
