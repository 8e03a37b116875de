import {type FileHandle, open} from 'node:fs/promises';
import type {BlockMap} from './block-map.js';

/** Number (big-endian) and SHA-256 of one block. */
const recordBytes = 4 + 32;

const recordsPerFlush = 64;

/**
What is known to be in the cloud, kept on the disk: append-only, on the disk (fsync) after every 64 blocks and at the end. What a
crash takes off its end is sent again; the last record of a block counts.
*/
export class BlockMapFile {
	readonly #blocks: Map<number, Buffer>;
	#waiting: Buffer[] = [];
	#writing: Promise<void> = Promise.resolve();

	private constructor(
		private readonly handle: FileHandle,
		blocks: Map<number, Buffer>,
	) {
		this.#blocks = blocks;
	}

	static async open(file: string): Promise<BlockMapFile> {
		const handle = await open(file, 'a+', 0o600);
		try {
			const content = await handle.readFile();
			const whole = content.length - (content.length % recordBytes);
			await handle.truncate(whole);
			return new BlockMapFile(handle, parseRecords(content.subarray(0, whole)));
		} catch (error) {
			await handle.close();
			throw error;
		}
	}

	get blocks(): BlockMap {
		return this.#blocks;
	}

	/** Returns at once, but for the caller whose block fills a batch. */
	async note(index: number, digest: Buffer): Promise<void> {
		this.#blocks.set(index, digest);
		const record = Buffer.alloc(recordBytes);
		record.writeUInt32BE(index);
		digest.copy(record, 4);
		this.#waiting.push(record);
		if (this.#waiting.length >= recordsPerFlush) {
			await this.flush();
		}
	}

	async flush(): Promise<void> {
		const batch = Buffer.concat(this.#waiting);
		this.#waiting = [];
		this.#writing = this.#writing.then(async () => {
			if (batch.length > 0) {
				await this.handle.appendFile(batch);
				await this.handle.datasync();
			}
		});
		await this.#writing;
	}

	async close(): Promise<void> {
		try {
			await this.flush();
		} finally {
			await this.handle.close();
		}
	}
}

/** The blocks of a finished upload, to compare the next one with. */
export async function readBlockMap(file: string): Promise<BlockMap> {
	const handle = await open(file, 'r');
	try {
		return parseRecords(await handle.readFile());
	} finally {
		await handle.close();
	}
}

function parseRecords(content: Buffer): Map<number, Buffer> {
	const blocks = new Map<number, Buffer>();
	for (let at = 0; at + recordBytes <= content.length; at += recordBytes) {
		blocks.set(content.readUInt32BE(at), content.subarray(at + 4, at + recordBytes));
	}

	return blocks;
}
