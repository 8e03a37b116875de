import {limited} from '../ssh/limited.js';
import {NoSuchObjectError} from './errors/no-such-object-error.js';
import {StoreRefusedError} from './errors/store-refused-error.js';
import {StoreRightsError} from './errors/store-rights-error.js';
import type {S3Caller} from './s3-caller.js';

export type Removal = {readonly bucket: string; readonly keys: readonly string[]; readonly inBatches: boolean};

/** The most that S3 takes in one request. */
const mostInBatch = 1000;
const atOnce = 8;

/** Finding some gone is success. */
export async function removeObjects(call: S3Caller, {bucket, keys, inBatches}: Removal): Promise<void> {
	if (inBatches) {
		for (let first = 0; first < keys.length; first += mostInBatch) {
			await removeBatch(call, bucket, keys.slice(first, first + mostInBatch));
		}

		return;
	}

	const limit = limited(atOnce);
	const results = await Promise.allSettled(keys.map(async key => limit(async () => removeOne(call, bucket, key))));
	const failure = results.find(result => result.status === 'rejected');
	if (failure) {
		throw failure.reason;
	}
}

async function removeOne(call: S3Caller, bucket: string, key: string): Promise<void> {
	try {
		await call({action: 'DeleteObject', bucket, key, bytes: 0}, async ({client, sdk, abortSignal}) =>
			client.send(new sdk.DeleteObjectCommand({Bucket: bucket, Key: key}), {abortSignal}),
		);
	} catch (error) {
		if (!(error instanceof NoSuchObjectError)) {
			throw error;
		}
	}
}

async function removeBatch(call: S3Caller, bucket: string, keys: readonly string[]): Promise<void> {
	const {Errors = []} = await call(
		{action: 'DeleteObjects', bucket, bytes: 1_000_000},
		async ({client, sdk, abortSignal}) =>
			client.send(
				new sdk.DeleteObjectsCommand({Bucket: bucket, Delete: {Quiet: true, Objects: keys.map(key => ({Key: key}))}}),
				{abortSignal},
			),
	);
	const [failed] = Errors.filter(({Code}) => Code !== 'NoSuchKey');
	if (failed) {
		const {Code = 'unknown', Key = '', Message = ''} = failed;
		throw Code === 'AccessDenied'
			? new StoreRightsError('DeleteObject', `${Key} in the bucket ${bucket}`)
			: new StoreRefusedError('The store', `DeleteObject of ${Key}`, Code, Message);
	}
}
