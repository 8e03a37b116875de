import {statfs} from 'node:fs/promises';
import {formatBytes} from '../engine/host/format-bytes.js';
import {NotEnoughDiskError} from '../engine/host/not-enough-disk-error.js';

/** For the journal and the curves. */
const leastBytes = 64 * 2 ** 20;

/**
What a run will bring home is not known before; as much as the last one did is to be expected.

@throws {NotEnoughDiskError}
*/
export async function mustHaveRoom(folder: string, expectedBytes = 0): Promise<void> {
	const {bavail, bsize} = await statfs(folder);
	const free = bavail * bsize;
	if (free < leastBytes + expectedBytes) {
		const last = expectedBytes > 0 ? `; the last run brought ${formatBytes(expectedBytes)} of results` : '';
		throw new NotEnoughDiskError(
			folder,
			`${formatBytes(free)} are free, a run needs ${formatBytes(leastBytes)} and its results${last}`,
		);
	}
}
