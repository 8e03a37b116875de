import {createHash} from 'node:crypto';
import {createWriteStream} from 'node:fs';
import {mkdtemp, open, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {runProgram} from '../../../source/engine/host/run-program.js';
import {NoSuchObjectError} from '../../../source/engine/object-store/errors/no-such-object-error.js';
import type {ObjectStore} from '../../../source/engine/object-store/object-store.js';
import type {ImportedDisk, WorldBlock, WorldImportTask} from './ec2-world.js';
import {ServiceError} from './service-error.js';

export type ImportSource = Pick<ObjectStore, 'get'>;

const blockBytes = 524_288;
const failed = (why: string) => new ServiceError(400, 'ClientError', `ClientError: Disk validation failed [${why}]`);

/** Fetches the object from its bucket and reads the disk that is in it, by other code than that which wrote it. */
export async function readImport(store: ImportSource, {bucket, key, format}: WorldImportTask): Promise<ImportedDisk> {
	const folder = await mkdtemp(join(tmpdir(), 'd2cm-import-'));
	try {
		const object = join(folder, 'object');
		await fetchObject(store, {bucket, key}, object);
		const raw = format === 'RAW' ? object : join(folder, 'raw');
		if (format !== 'RAW') {
			const qemuFormat = format === 'VHD' ? 'vpc' : 'vmdk';
			await runProgram('qemu-img', ['convert', '-f', qemuFormat, '-O', 'raw', object, raw]).catch(error => {
				throw failed(`Unsupported ${format} File Format: ${error}`);
			});
		}

		return await readBlocks(raw);
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
}

async function fetchObject(
	store: ImportSource,
	{bucket, key}: {bucket: string; key: string},
	file: string,
): Promise<void> {
	try {
		await pipeline(Readable.from(store.get(bucket, key)), createWriteStream(file));
	} catch (error) {
		throw error instanceof NoSuchObjectError
			? failed('We do not have access to the given resource. Reason 404 Not Found')
			: error;
	}
}

async function readBlocks(raw: string): Promise<ImportedDisk> {
	const file = await open(raw, 'r');
	try {
		const {size} = await file.stat();
		const blocks = new Map<number, WorldBlock>();
		const zeros = Buffer.alloc(blockBytes);
		for (let index = 0; index * blockBytes < size; index++) {
			const data = Buffer.alloc(blockBytes);
			await file.read(data, 0, blockBytes, index * blockBytes);
			if (!data.equals(zeros)) {
				blocks.set(index, {sha256: createHash('sha256').update(data).digest(), data});
			}
		}

		return {volumeGib: Math.ceil(size / 2 ** 30), blocks};
	} finally {
		await file.close();
	}
}
