import {createHash} from 'node:crypto';
import {bytesOf} from '../host/byte-names.js';

/** Where a file of an instance grows, before it gets its name. Whoever brings it there may go on with what another way left. */
export function partPath(remotePath: string): string {
	const mark = createHash('sha256').update(bytesOf(remotePath)).digest('hex').slice(0, 12);
	return `${remotePath.slice(0, remotePath.lastIndexOf('/') + 1)}.d2cm-${mark}.part`;
}
