import {constants} from 'node:fs';
import {type FileHandle, open} from 'node:fs/promises';
import {resolve} from 'node:path';
import {type FileIdentity, identityOf} from '../host/file-identity.js';
import {type BlockSource, mostReadBytes} from './block-source.js';
import {checkBlockMap} from './check-block-map.js';
import {DamagedBlockMapError} from './damaged-block-map-error.js';
import {ImageFileError} from './image-file-error.js';
import type {VdiSummary} from './image-report.js';
import {NotAVdiError} from './not-a-vdi-error.js';
import {PageCache} from './page-cache.js';
import {readFully} from './read-fully.js';
import {recogniseFormat} from './recognise-format.js';
import {TruncatedImageError} from './truncated-image-error.js';
import {isVdi, parseVdiHeader, type VdiHeader, vdiHeaderBytes} from './vdi-header.js';

export type VdiSource = BlockSource & {
	readonly file: string;
	readonly summary: VdiSummary;
	/** Changes with size, modification time, header and block map. */
	readonly fingerprint: string;
	/** Of the very file that is read. */
	readonly identity: FileIdentity;
};

/** Map entries from here up mean: not in the file, reads as zeros. */
const firstFreeMark = 0xfffffffe;

/**
Opens a VDI to read it; nothing is ever written. The block map is checked once in pages and then read as needed.

@throws {ImageFileError | NotAVdiError | UnsupportedVdiError | DifferencingVdiError | DamagedVdiError | DamagedBlockMapError | TruncatedImageError}
*/
export async function openVdi(path: string): Promise<VdiSource> {
	const file = resolve(path);
	const handle = await openFile(file);
	try {
		const stat = await handle.stat({bigint: true});
		if (!stat.isFile() && !stat.isBlockDevice()) {
			throw new ImageFileError(file, stat.isDirectory() ? 'EISDIR' : 'not a regular file');
		}

		const fileBytes = Number(stat.size);
		const head = await readFully(handle, 0, Math.min(fileBytes, vdiHeaderBytes));
		if (!isVdi(head)) {
			throw await diagnose(handle, file, fileBytes);
		}

		const header = parseVdiHeader(head, {file, fileBytes});
		const {allocatedBlocks, digest} = await checkBlockMap(handle, header, {
			file,
			fileBytes,
			salt: [`${fileBytes} ${stat.mtimeNs}`, head],
		});
		return new OpenVdi(handle, file, header, digest, await identityOf(handle), {
			kind: header.kind,
			version: header.version,
			blockBytes: header.blockBytes,
			virtualBytes: header.virtualBytes,
			allocatedBytes: allocatedBlocks * header.blockBytes,
			fileBytes,
			uuid: header.uuid,
		});
	} catch (error) {
		await handle.close();
		throw error;
	}
}

class OpenVdi implements VdiSource {
	readonly sizeBytes: number;
	readonly #pages: PageCache;

	constructor(
		private readonly handle: FileHandle,
		readonly file: string,
		private readonly header: VdiHeader,
		readonly fingerprint: string,
		readonly identity: FileIdentity,
		readonly summary: VdiSummary,
	) {
		this.sizeBytes = header.virtualBytes;
		this.#pages = new PageCache(async (offset, length) =>
			readFully(handle, offset, Math.max(0, Math.min(length, summary.fileBytes - offset))),
		);
	}

	async read(offset: number, length: number): Promise<Buffer> {
		if (!(offset >= 0 && length >= 0 && length <= mostReadBytes && offset + length <= this.sizeBytes)) {
			throw new RangeError(`Cannot read ${length} bytes at ${offset} of a disk of ${this.sizeBytes} bytes.`);
		}

		const {blockBytes} = this.header;
		const result = Buffer.allocUnsafe(length);
		for (let done = 0; done < length; ) {
			const block = Math.floor((offset + done) / blockBytes);
			const within = (offset + done) % blockBytes;
			const count = Math.min(length - done, blockBytes - within);
			const start = await this.#findBlock(block);
			if (start === undefined) {
				result.fill(0, done, done + count);
			} else {
				await this.#copy(start + within, result.subarray(done, done + count));
			}

			done += count;
		}

		return result;
	}

	async close(): Promise<void> {
		await this.handle.close();
	}

	async #copy(position: number, target: Buffer): Promise<void> {
		// Small reads go through the cache: a file system asks for the same neighbourhood again and again.
		const found =
			target.length <= 65_536 ? await this.#pages.copy(position, target) : await this.#readStraight(position, target);
		if (found < target.length) {
			throw new TruncatedImageError(this.file, this.summary.fileBytes, position + target.length);
		}
	}

	async #readStraight(position: number, target: Buffer): Promise<number> {
		let done = 0;
		while (done < target.length) {
			const {bytesRead} = await this.handle.read(target, done, target.length - done, position + done);
			if (bytesRead === 0) {
				break;
			}

			done += bytesRead;
		}

		return done;
	}

	/** Where a block starts in the file; undefined when it is not there. */
	async #findBlock(block: number): Promise<number | undefined> {
		const {mapOffset, dataOffset, blockBytes, blockExtraBytes} = this.header;
		const entry = Buffer.alloc(4);
		await this.#pages.copy(mapOffset + block * 4, entry);
		const index = entry.readUInt32LE();
		if (index >= firstFreeMark) {
			return undefined;
		}

		if (index >= this.header.blockCount) {
			throw new DamagedBlockMapError(this.file, block, `is said to be at place ${index}, which there cannot be`);
		}

		return dataOffset + index * (blockBytes + blockExtraBytes) + blockExtraBytes;
	}
}

async function openFile(file: string): Promise<FileHandle> {
	try {
		// A pipe that nobody writes to would never be open.
		return await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
	} catch (error) {
		throw new ImageFileError(file, (error as NodeJS.ErrnoException).code ?? 'unknown', {cause: error});
	}
}

async function diagnose(handle: FileHandle, file: string, fileBytes: number): Promise<NotAVdiError> {
	const head = await readFully(handle, 0, Math.min(fileBytes, 36 * 1024));
	const tail = await readFully(handle, Math.max(0, fileBytes - 512), Math.min(fileBytes, 512));
	return new NotAVdiError(file, recogniseFormat(head, tail));
}
