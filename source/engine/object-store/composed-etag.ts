import {createHash} from 'node:crypto';

/** What S3 gives an object that was uploaded in parts: the MD5 of the parts' MD5s, and how many there were. */
export function composedEtag(partMd5s: readonly string[]): string {
	const hash = createHash('md5');
	for (const md5 of partMd5s) {
		hash.update(md5, 'hex');
	}

	return `${hash.digest('hex')}-${partMd5s.length}`;
}
