import {Writable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import zlib from 'node:zlib';
import {CpioNames} from './cpio-names.js';

/** `complete` when every part was read, `enough` when the caller had it, else why not all was read. */
export type InitramfsOutcome = 'complete' | 'enough' | 'out of time' | 'unknown compression' | 'damaged';

type Options = {
	/** Called with each file's name; true means that no more is wanted. */
	readonly onName: (name: string) => boolean;
	readonly budgetMs: number;
};

const chunkSize = 256 * 1024;
const largestWindow = 24; // 16 MiB; what initramfs-tools and dracut make needs 8.

class Enough extends Error {}
class OutOfTime extends Error {}

/**
Walks an initramfs: plain cpio archives, be they none or many (early microcode, already compressed modules), then at most one that
is compressed by gzip or zstd.
*/
export async function initramfsNames(
	chunks: AsyncIterable<Buffer>,
	{onName, budgetMs}: Options,
): Promise<InitramfsOutcome> {
	const deadline = performance.now() + budgetMs;
	const take = (name: string) => {
		if (onName(name)) {
			throw new Enough();
		}
	};
	const onTime = () => {
		if (performance.now() > deadline) {
			throw new OutOfTime();
		}
	};

	try {
		return await walk(chunks, take, onTime);
	} catch (error) {
		if (error instanceof Enough) {
			return 'enough';
		}

		if (error instanceof OutOfTime) {
			return 'out of time';
		}

		if ((error as NodeJS.ErrnoException).code?.startsWith('Z') || isZlibError(error)) {
			return 'damaged';
		}

		throw error;
	}
}

async function walk(
	chunks: AsyncIterable<Buffer>,
	take: (name: string) => void,
	onTime: () => void,
): Promise<InitramfsOutcome> {
	const iterator = chunks[Symbol.asyncIterator]();
	let rest: Buffer = Buffer.alloc(0);
	let archive: CpioNames | undefined;
	for (;;) {
		if (rest.length < 16) {
			const next = await iterator.next();
			onTime();
			if (next.done) {
				return archive !== undefined || rest.some(byte => byte !== 0) ? 'damaged' : 'complete';
			}

			rest = Buffer.concat([rest, next.value]);
		}

		if (archive) {
			rest = rest.subarray(archive.feed(rest));
			archive = archive.isDone ? undefined : archive;
			continue;
		}

		const start = rest.findIndex(byte => byte !== 0);
		rest = start === -1 ? rest.subarray(rest.length) : rest.subarray(start);
		if (rest.length < 16) {
			continue;
		}

		if (rest.toString('latin1', 0, 5) === '07070') {
			archive = new CpioNames(take);
			continue;
		}

		const decompress = decompressorFor(rest);
		if (!decompress) {
			return 'unknown compression';
		}

		await pipeline(joined(rest, iterator), decompress, nameSink(take, onTime));
		return 'complete';
	}
}

function nameSink(take: (name: string) => void, onTime: () => void): Writable {
	const archive = new CpioNames(take);
	return new Writable({
		write(chunk: Buffer, _encoding, done) {
			try {
				onTime();
				archive.feed(chunk);
				done();
			} catch (error) {
				done(error as Error);
			}
		},
	});
}

function decompressorFor(head: Buffer) {
	if (head.readUInt16BE(0) === 0x1f8b) {
		return zlib.createGunzip({chunkSize});
	}

	// Node has it since 22.15.
	if (head.readUInt32LE(0) === 0xfd2fb528 && typeof zlib.createZstdDecompress === 'function') {
		return zlib.createZstdDecompress({
			chunkSize,
			params: {[zlib.constants.ZSTD_d_windowLogMax]: largestWindow},
		});
	}

	return undefined;
}

async function* joined(first: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
	yield first;
	for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
		yield next.value;
	}
}

function isZlibError(error: unknown): boolean {
	return error instanceof Error && typeof (error as NodeJS.ErrnoException).errno === 'number' && 'code' in error;
}
