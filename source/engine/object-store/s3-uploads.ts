import {allPages} from '../cloud/all-pages.js';
import {mustBeUnder} from '../cloud/answer-errors.js';
import {composedEtag} from './composed-etag.js';
import {NoSuchBucketError} from './errors/no-such-bucket-error.js';
import {NoSuchUploadError} from './errors/no-such-upload-error.js';
import type {ObjectStore} from './object-store.js';
import type {S3Caller} from './s3-caller.js';
import {bare, checkEtag, md5Of} from './s3-etag.js';

type Uploads = Pick<
	ObjectStore,
	'beginUpload' | 'putPart' | 'listParts' | 'completeUpload' | 'abortUpload' | 'listUploads'
>;

type UploadMarkers = {readonly KeyMarker: string; readonly UploadIdMarker: string};

type Needs = {
	readonly call: S3Caller;
	readonly head: ObjectStore['head'];
	readonly acl: (name: string | undefined) => {readonly ACL?: 'private'};
};

const longestUploadId = 4096;

/** The part of an S3 store that uploads in parts. */
export function s3Uploads({call, head, acl}: Needs): Uploads {
	return {
		async beginUpload(bucket, key, {acl: aclName} = {}) {
			return call(
				{action: 'CreateMultipartUpload', bucket, key, bytes: 0, makes: true, hasAcl: 'ACL' in acl(aclName)},
				async ({client, sdk, abortSignal}) => {
					const {UploadId} = await client.send(
						new sdk.CreateMultipartUploadCommand({Bucket: bucket, Key: key, ...acl(aclName)}),
						{abortSignal},
					);
					if (!UploadId || UploadId.length > longestUploadId) {
						throw new Error(`The store began an upload of ${key} without an id that could be one.`);
					}

					return {bucket, key, uploadId: UploadId};
				},
			);
		},

		async putPart({bucket, key, uploadId}, number, body, {signal, md5: known} = {}) {
			const md5 = md5Of(body, known);
			return call(
				{action: 'UploadPart', bucket, key, bytes: body.length, signal},
				async ({client, sdk, abortSignal}) => {
					const answer = await client.send(
						new sdk.UploadPartCommand({
							Bucket: bucket,
							Key: key,
							UploadId: uploadId,
							PartNumber: number,
							Body: body,
							ContentMD5: md5.base64,
						}),
						{abortSignal},
					);
					checkEtag(bucket, key, md5.hex, answer);
					return {number, bytes: body.length, etag: bare(answer.ETag)};
				},
			);
		},

		async listParts({bucket, key, uploadId}) {
			const parts = await allPages(async ({NextToken: PartNumberMarker}) =>
				call({action: 'ListParts', bucket, key, bytes: 0}, async ({client, sdk, abortSignal}) =>
					client.send(
						new sdk.ListPartsCommand({
							Bucket: bucket,
							Key: key,
							UploadId: uploadId,
							...(PartNumberMarker && {PartNumberMarker}),
						}),
						{abortSignal},
					),
				).then(({Parts, IsTruncated, NextPartNumberMarker}) => [Parts, IsTruncated ? NextPartNumberMarker : undefined]),
			);
			return parts.map(({PartNumber = 0, Size = 0, ETag}) => ({number: PartNumber, bytes: Size, etag: bare(ETag)}));
		},

		async completeUpload({bucket, key, uploadId}, parts) {
			try {
				await call(
					{action: 'CompleteMultipartUpload', bucket, key, bytes: 10_000_000, makes: true},
					async ({client, sdk, abortSignal}) =>
						client.send(
							new sdk.CompleteMultipartUploadCommand({
								Bucket: bucket,
								Key: key,
								UploadId: uploadId,
								MultipartUpload: {Parts: parts.map(({number, etag}) => ({PartNumber: number, ETag: `"${etag}"`}))},
							}),
							{abortSignal},
						),
				);
			} catch (error) {
				// An attempt before it may have worked although its answer was lost.
				const isDone =
					error instanceof NoSuchUploadError &&
					(await head(bucket, key))?.etag === composedEtag(parts.map(({etag}) => etag));
				if (!isDone) {
					throw error;
				}
			}
		},

		async abortUpload({bucket, key, uploadId}) {
			try {
				await call({action: 'AbortMultipartUpload', bucket, key, bytes: 0}, async ({client, sdk, abortSignal}) =>
					client.send(new sdk.AbortMultipartUploadCommand({Bucket: bucket, Key: key, UploadId: uploadId}), {
						abortSignal,
					}),
				);
			} catch (error) {
				if (!(error instanceof NoSuchUploadError || error instanceof NoSuchBucketError)) {
					throw error;
				}
			}
		},

		async listUploads(bucket, prefix) {
			// Two markers together say where the next page begins.
			const begun = await allPages(async ({NextToken: after}) =>
				call({action: 'ListMultipartUploads', bucket, bytes: 0}, async ({client, sdk, abortSignal}) =>
					client.send(
						new sdk.ListMultipartUploadsCommand({
							Bucket: bucket,
							Prefix: prefix,
							...(after !== undefined && (JSON.parse(after) as UploadMarkers)),
						}),
						{abortSignal},
					),
				).then(({Uploads, IsTruncated, NextKeyMarker = '', NextUploadIdMarker = ''}) => {
					const markers: UploadMarkers = {KeyMarker: NextKeyMarker, UploadIdMarker: NextUploadIdMarker};
					return [Uploads, IsTruncated ? JSON.stringify(markers) : undefined];
				}),
			);
			const uploads = begun.map(({Key = '', UploadId = ''}) => ({bucket, key: Key, uploadId: UploadId}));
			mustBeUnder(prefix, uploads);
			return uploads;
		},
	};
}
