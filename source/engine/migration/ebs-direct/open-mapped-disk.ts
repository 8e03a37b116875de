import {type FileHandle, open} from 'node:fs/promises';
import {runProgram} from '../../host/run-program.js';
import {TruncatedImageError} from '../../images/truncated-image-error.js';
import {type DiskExtent, parseMap} from './parse-map.js';
import {type SnapshotDisk, snapshotBlockBytes} from './snapshot-disk.js';

type ChainEntry = {readonly filename: string; readonly 'virtual-size': number};

/**
Opens a disk (an overlay with the VDI behind it, a VDI, a raw file) to be read block by block. `qemu-img` says which parts
of it lie where in which file; the bytes are read straight from there. Nobody may write to it meanwhile.

@throws {ProgramFailedError | MissingProgramError | TruncatedImageError}
*/
export async function openMappedDisk(file: string, format: 'qcow2' | 'vdi' | 'raw'): Promise<SnapshotDisk> {
	const image = ['-f', format, '--output=json', file];
	const info = await runProgram('qemu-img', ['info', '--backing-chain', ...image]);
	const chain = JSON.parse(info.stdout) as readonly ChainEntry[];
	const map = await runProgram('qemu-img', ['map', ...image]);
	const extents = parseMap(map.stdout);
	const handles: FileHandle[] = [];
	try {
		for (const {filename} of chain) {
			handles.push(await open(filename, 'r'));
		}
	} catch (error) {
		await closeAll(handles);
		throw error;
	}

	return new MappedDisk(
		chain[0]?.['virtual-size'] ?? 0,
		extents,
		handles,
		chain.map(({filename}) => filename),
	);
}

class MappedDisk implements SnapshotDisk {
	constructor(
		readonly sizeBytes: number,
		private readonly extents: readonly DiskExtent[],
		private readonly handles: readonly FileHandle[],
		private readonly files: readonly string[],
	) {}

	*allocated(): Iterable<number> {
		let next = 0;
		for (const {start, length} of this.extents) {
			const last = Math.floor((start + length - 1) / snapshotBlockBytes);
			for (let index = Math.max(next, Math.floor(start / snapshotBlockBytes)); index <= last; index++) {
				yield index;
				next = index + 1;
			}
		}
	}

	async readBlock(index: number): Promise<Buffer> {
		const block = Buffer.alloc(snapshotBlockBytes);
		const from = index * snapshotBlockBytes;
		const to = from + snapshotBlockBytes;
		for (let at = this.#firstAfter(from); at < this.extents.length; at++) {
			const extent = this.extents[at];
			if (!extent || extent.start >= to) {
				break;
			}

			const begin = Math.max(from, extent.start);
			const end = Math.min(to, extent.start + extent.length);
			await this.#read(extent, begin, block.subarray(begin - from, end - from));
		}

		return block;
	}

	async close(): Promise<void> {
		await closeAll(this.handles);
	}

	/** The first extent that ends after a place. */
	#firstAfter(place: number): number {
		let [low, high] = [0, this.extents.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			const extent = this.extents[middle];
			if (extent && extent.start + extent.length <= place) {
				low = middle + 1;
			} else {
				high = middle;
			}
		}

		return low;
	}

	async #read({start, offset, depth}: DiskExtent, begin: number, target: Buffer): Promise<void> {
		const handle = this.handles[depth];
		if (!handle) {
			throw new Error(`There is no file ${depth} behind the disk.`);
		}

		const position = offset + begin - start;
		for (let done = 0; done < target.length; ) {
			const {bytesRead} = await handle.read(target, done, target.length - done, position + done);
			if (bytesRead === 0) {
				throw new TruncatedImageError(this.files[depth] ?? '', position + done, position + target.length);
			}

			done += bytesRead;
		}
	}
}

async function closeAll(handles: readonly FileHandle[]): Promise<void> {
	await Promise.all(handles.map(async handle => handle.close()));
}
