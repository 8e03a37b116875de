import {type SnapshotDisk, snapshotBlockBytes} from '../ebs-direct/snapshot-disk.js';
import type {DiskStream} from './disk-stream.js';

const zeros = Buffer.alloc(snapshotBlockBytes);

/** A disk byte by byte, its holes included. */
export function rawStream(disk: SnapshotDisk): DiskStream {
	const {sizeBytes} = disk;
	return {
		format: 'RAW',
		mostBytes: sizeBytes,
		isExact: true,
		dataBytes: sizeBytes,
		open: onRead => rawOf(disk, onRead),
	};
}

async function* rawOf(disk: SnapshotDisk, onRead: (dataBytes: number) => void): AsyncGenerator<Buffer> {
	let at = 0;
	const upTo = function* (end: number): Generator<Buffer> {
		while (at < end) {
			const length = Math.min(end - at, snapshotBlockBytes);
			at += length;
			onRead(at);
			yield zeros.subarray(0, length);
		}
	};

	for await (const index of disk.allocated()) {
		yield* upTo(index * snapshotBlockBytes);
		const block = await disk.readBlock(index);
		const length = Math.min(block.length, disk.sizeBytes - at);
		at += length;
		onRead(at);
		yield block.subarray(0, length);
	}

	yield* upTo(disk.sizeBytes);
}
