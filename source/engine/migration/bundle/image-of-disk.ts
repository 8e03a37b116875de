import {type SnapshotDisk, snapshotBlockBytes} from '../ebs-direct/snapshot-disk.js';
import type {BundleImage} from './make-bundle-parts.js';

/** A disk in blocks as one stream of bytes, of which the parts that were never written need not be read. */
export async function imageOfDisk(disk: SnapshotDisk): Promise<BundleImage> {
	const allocated = new Set<number>();
	for await (const index of disk.allocated()) {
		allocated.add(index);
	}

	return {
		sizeBytes: disk.sizeBytes,
		isHole: (offset, length) => blocksOf(offset, length).every(index => !allocated.has(index)),
		async read(offset, length) {
			const blocks: Buffer[] = [];
			for (const index of blocksOf(offset, length)) {
				blocks.push(await disk.readBlock(index));
			}

			const begin = offset % snapshotBlockBytes;
			return Buffer.concat(blocks).subarray(begin, begin + length);
		},
	};
}

/** The numbers of the blocks in which a part of the disk lies. */
function blocksOf(offset: number, length: number): readonly number[] {
	const [first = 0, last = 0] = [offset, offset + length - 1].map(at => Math.floor(at / snapshotBlockBytes));
	return Array.from({length: last - first + 1}, (_, at) => first + at);
}
