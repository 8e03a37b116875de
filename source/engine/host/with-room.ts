import {FullDiskError} from './full-disk-error.js';

/** Tells in a sentence that the disk is full. */
export async function withRoom<Value>(path: string, write: () => Promise<Value>): Promise<Value> {
	try {
		return await write();
	} catch (error) {
		throw isFull(error) ? new FullDiskError(path, {cause: error}) : error;
	}
}

const isFull = (error: unknown): boolean =>
	error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
