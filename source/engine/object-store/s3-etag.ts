import {createHash} from 'node:crypto';
import {DamagedTransferError} from './errors/damaged-transfer-error.js';

export function md5Of(body: Uint8Array, known?: string): {readonly hex: string; readonly base64: string} {
	const digest = known === undefined ? createHash('md5').update(body).digest() : Buffer.from(known, 'hex');
	return {hex: digest.toString('hex'), base64: digest.toString('base64')};
}

/** As S3 writes it, without the quotes. */
export const bare = (etag = ''): string => etag.replaceAll('"', '');

type Answer = {
	readonly ETag?: string | undefined;
	readonly ServerSideEncryption?: string | undefined;
};

/**
Whether the store has what was sent. Under KMS keys the ETag is no MD5; then only the server has compared, with the Content-MD5 that was sent.

@throws {DamagedTransferError}
*/
export function checkEtag(
	bucket: string,
	key: string,
	md5: string,
	{ETag, ServerSideEncryption: encryption}: Answer,
): void {
	if (!encryption?.startsWith('aws:kms') && bare(ETag) !== md5) {
		throw new DamagedTransferError(bucket, key, `its MD5 is ${md5}, the store says ${bare(ETag) || 'nothing'}`);
	}
}
