import {allPages} from '../cloud/all-pages.js';
import {mustBeUnder} from '../cloud/answer-errors.js';
import {systemClock} from '../host/system-clock.js';
import {BucketRegionError} from './errors/bucket-region-error.js';
import {BucketTakenError} from './errors/bucket-taken-error.js';
import {NoSuchBucketError} from './errors/no-such-bucket-error.js';
import {NoSuchObjectError} from './errors/no-such-object-error.js';
import {StoreRightsError} from './errors/store-rights-error.js';
import type {ObjectStore, StoredObject} from './object-store.js';
import {readObject} from './read-object.js';
import {removeObjects} from './remove-objects.js';
import {createS3Caller, type S3Caller, type S3CallerOptions} from './s3-caller.js';
import {bare, checkEtag, md5Of} from './s3-etag.js';
import {s3Uploads} from './s3-uploads.js';

/** S3 and what speaks like it. Nothing is loaded or sent before the first call. */
export function createS3Store(options: S3CallerOptions): ObjectStore {
	return storeBy(createS3Caller(options), options);
}

function storeBy(call: S3Caller, options: S3CallerOptions): ObjectStore {
	const {traits} = options;
	const acl = (name: string | undefined) => (traits.acl && name ? {ACL: name as 'private'} : {});

	/** Asked with GET: the answer to HEAD has no words to tell a foreign bucket from wrong keys. */
	const lookInto = async (bucket: string): Promise<void> => {
		await call({action: 'ListObjects', bucket, bytes: 0}, async ({client, sdk, abortSignal}) =>
			client.send(new sdk.ListObjectsCommand({Bucket: bucket, MaxKeys: 1}), {abortSignal}),
		);
	};

	const head = async (bucket: string, key: string): Promise<StoredObject | undefined> => {
		try {
			return await call({action: 'HeadObject', bucket, key, bytes: 0}, async ({client, sdk, abortSignal}) => {
				const {ContentLength = 0, ETag} = await client.send(new sdk.HeadObjectCommand({Bucket: bucket, Key: key}), {
					abortSignal,
				});
				return {key, bytes: ContentLength, etag: bare(ETag)};
			});
		} catch (error) {
			if (error instanceof NoSuchObjectError) {
				return undefined;
			}

			throw error;
		}
	};

	return {
		under: signal => storeBy(async (wanted, send) => call({...wanted, signal: wanted.signal ?? signal}, send), options),

		async bucketState(bucket) {
			try {
				await lookInto(bucket);
				return 'ours';
			} catch (error) {
				if (error instanceof NoSuchBucketError) {
					return 'missing';
				}

				if (error instanceof StoreRightsError || error instanceof BucketRegionError) {
					return 'foreign';
				}

				throw error;
			}
		},

		async makeBucket(bucket) {
			try {
				await call({action: 'CreateBucket', bucket, bytes: 0}, async ({client, sdk, abortSignal}) =>
					client.send(new sdk.CreateBucketCommand({Bucket: bucket}), {abortSignal}),
				);
			} catch (error) {
				if (!(error instanceof BucketTakenError)) {
					throw error;
				}

				// Ours or not, here or in another region.
				await lookInto(bucket).catch(closer => {
					throw closer instanceof StoreRightsError ? error : closer;
				});
			}
		},

		async put(bucket, key, body, {signal, acl: aclName, md5: known} = {}) {
			const md5 = md5Of(body, known);
			await call(
				{action: 'PutObject', bucket, key, bytes: body.length, signal, makes: true, hasAcl: 'ACL' in acl(aclName)},
				async ({client, sdk, abortSignal}) => {
					const answer = await client.send(
						new sdk.PutObjectCommand({Bucket: bucket, Key: key, Body: body, ContentMD5: md5.base64, ...acl(aclName)}),
						{abortSignal},
					);
					checkEtag(bucket, key, md5.hex, answer);
				},
			);
		},

		head,

		get: (bucket, key) => readObject(call, bucket, key),

		async presignGet(bucket, key, expiresIn) {
			const {clock = systemClock} = options;
			return call({action: 'GetObject', bucket, key, bytes: 0}, async ({client, sdk}) =>
				sdk.getSignedUrl(client, new sdk.GetObjectCommand({Bucket: bucket, Key: key}), {
					expiresIn,
					signingDate: clock.now(),
				}),
			);
		},

		async list(bucket, prefix) {
			const contents = await allPages(async ({NextToken: Marker}) =>
				call({action: 'ListObjects', bucket, bytes: 0}, async ({client, sdk, abortSignal}) =>
					client.send(new sdk.ListObjectsCommand({Bucket: bucket, Prefix: prefix, ...(Marker && {Marker})}), {
						abortSignal,
					}),
				).then(({Contents, IsTruncated, NextMarker}) => [
					Contents,
					IsTruncated ? (NextMarker ?? Contents?.at(-1)?.Key) : undefined,
				]),
			);
			const objects = contents.map(({Key = '', Size = 0, ETag, LastModified}) => ({
				key: Key,
				bytes: Size,
				etag: bare(ETag),
				...(LastModified && {modifiedAt: LastModified.toISOString()}),
			}));
			mustBeUnder(prefix, objects);
			return objects;
		},

		async remove(bucket, key) {
			await removeObjects(call, {bucket, keys: [key], inBatches: false});
		},

		async removeAll(bucket, keys) {
			await removeObjects(call, {bucket, keys, inBatches: traits.batchDelete});
		},

		...s3Uploads({call, head, acl}),
	};
}
