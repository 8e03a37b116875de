import type {Hash} from 'node:crypto';
import {setImmediate as nextTurn} from 'node:timers/promises';

const zeros = Buffer.alloc(1024 * 1024);
/** Other work has its turn in between. */
const mostAtOnce = 16 * zeros.length;

export const isZero = (bytes: Buffer): boolean =>
	bytes.length <= zeros.length && bytes.equals(zeros.subarray(0, bytes.length));

/** As if so many zeros were read from a hole. A file may claim any number of them, so it can be given up. */
export async function hashZeros(hash: Hash, bytes: number, signal?: AbortSignal): Promise<void> {
	for (let done = 0; done < bytes; done += zeros.length) {
		hash.update(zeros.subarray(0, Math.min(zeros.length, bytes - done)));
		if (done % mostAtOnce === 0) {
			await nextTurn();
			signal?.throwIfAborted();
		}
	}
}
