import {type FileHandle, open} from 'node:fs/promises';
import {withRoom} from '../../host/with-room.js';
import type {BlockMap} from './block-map.js';

/** Number (big-endian) and SHA-256 of one block. */
const recordBytes = 4 + 32;

const recordsPerSync = 64;

/**
What is known to be in the cloud, kept on the disk: append-only, fsynced after every 64 blocks and at the end. What a
crash of the machine takes off its end is sent again; the last record of a block counts.
*/
export class BlockMapFile {
	readonly #blocks: Map<number, Buffer>;
	#last: Promise<void> = Promise.resolve();
	#unsynced = 0;

	private constructor(
		private readonly file: string,
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
			return new BlockMapFile(file, handle, parseRecords(content.subarray(0, whole)));
		} catch (error) {
			await handle.close();
			throw error;
		}
	}

	get blocks(): BlockMap {
		return this.#blocks;
	}

	/**
	Returns once it would survive the end of this process.

	@throws {FullDiskError}
	*/
	async note(index: number, digest: Buffer): Promise<void> {
		const record = recordOf(index, digest);
		await this.#inTurn(async () => {
			await this.handle.appendFile(record);
			this.#unsynced++;
			if (this.#unsynced >= recordsPerSync) {
				await this.#sync();
			}
		});
		this.#blocks.set(index, digest);
	}

	/** Returns once all of it would survive the end of this machine. */
	async flush(): Promise<void> {
		await this.#inTurn(async () => this.#sync());
	}

	async close(): Promise<void> {
		try {
			await this.flush();
		} finally {
			await this.handle.close();
		}
	}

	async #sync(): Promise<void> {
		if (this.#unsynced > 0) {
			this.#unsynced = 0;
			await this.handle.datasync();
		}
	}

	async #inTurn(work: () => Promise<void>): Promise<void> {
		const turn = this.#last.then(async () => withRoom(this.file, work));
		this.#last = turn.catch(() => undefined); // Told to whoever asked for it.
		await turn;
	}
}

/** As `readBlockMap` reads them. */
export const blockMapBytes = (blocks: BlockMap): Buffer =>
	Buffer.concat([...blocks].map(([index, digest]) => recordOf(index, digest)));

function recordOf(index: number, digest: Buffer): Buffer {
	const record = Buffer.alloc(recordBytes);
	record.writeUInt32BE(index);
	digest.copy(record, 4);
	return record;
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
