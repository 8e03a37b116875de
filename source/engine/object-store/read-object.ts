import {createHash} from 'node:crypto';
import {DamagedTransferError} from './errors/damaged-transfer-error.js';
import type {S3Caller} from './s3-caller.js';

const isMd5 = /^[0-9a-f]{32}$/;

/** Goes on where a connection broke, with the same object or not at all; compares its MD5 at the end, where there is one. */
export async function* readObject(call: S3Caller, bucket: string, key: string): AsyncIterable<Buffer> {
	const hash = createHash('md5');
	let etag: string | undefined;
	let encryption: string | undefined;
	let total: number | undefined;
	let offset = 0;
	// Each piece is a call of its own, with all attempts: some bytes came in between.
	while (total === undefined || offset < total) {
		const opened = await call({action: 'GetObject', bucket, key}, async ({client, sdk, abortSignal}) => {
			const answer = await client.send(
				new sdk.GetObjectCommand({
					Bucket: bucket,
					Key: key,
					...(offset > 0 && {Range: `bytes=${offset}-`, IfMatch: etag}),
				}),
				{abortSignal},
			);
			const chunks = (answer.Body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
			// The first chunk belongs to the attempt: a body that never brings any has failed like one that never began.
			const first = await chunks.next();
			if (first.done && answer.ContentLength) {
				throw new DamagedTransferError(bucket, key, `${answer.ContentLength} bytes were announced and none came`);
			}

			return {answer, chunks, first};
		});
		const {answer, chunks, first} = opened;
		etag ??= answer.ETag;
		encryption ??= answer.ServerSideEncryption;
		total ??= answer.ContentLength ?? 0;
		try {
			for (let next = first; !next.done; next = await chunks.next()) {
				hash.update(next.value);
				offset += next.value.length;
				if (offset > total) {
					throw new DamagedTransferError(bucket, key, `more than its ${total} bytes came`);
				}

				yield next.value;
			}
		} catch (error) {
			if (offset >= total || error instanceof DamagedTransferError) {
				throw error;
			}
		} finally {
			await chunks.return?.();
		}
	}

	const md5 = hash.digest('hex');
	const expected = (etag ?? '').replaceAll('"', '');
	if (offset !== total || (isMd5.test(expected) && !encryption?.startsWith('aws:kms') && md5 !== expected)) {
		throw new DamagedTransferError(
			bucket,
			key,
			`${offset} bytes with the MD5 ${md5} came, not ${total} with ${expected}`,
		);
	}
}
