import {CancelledError} from '../errors/cancelled-error.js';
import {abandonUploads} from './abandon-uploads.js';
import {createBufferPool} from './buffer-pool.js';
import {composedEtag} from './composed-etag.js';
import {DamagedTransferError} from './errors/damaged-transfer-error.js';
import {NoSuchUploadError} from './errors/no-such-upload-error.js';
import type {MultipartUpload, ObjectStore, UploadedPart} from './object-store.js';
import {readParts} from './read-parts.js';
import {sendParts} from './send-parts.js';

/** What a later process needs to go on where this one ended: for a journal. */
export type ResumePoint = {readonly uploadId: string; readonly partBytes: number};

export type UploadProgress = {
	/** Known to be in the store. */
	readonly doneBytes: number;
	/** Of these, sent by this run. */
	readonly sentBytes: number;
	readonly totalBytes: number;
};

export type ObjectUpload = {
	readonly store: ObjectStore;
	readonly bucket: string;
	readonly key: string;
	/** Of the whole object; the most it can be where `isExact` is false, as of a stream that is made while it is sent. */
	readonly bytes: number;
	/** Default: true. */
	readonly isExact?: boolean;
	/** The object from its beginning, in chunks of any size, each time it is called. */
	readonly open: () => AsyncIterable<Uint8Array>;
	readonly acl?: string;
	/** Default: 8 MiB, or what keeps within 10,000 parts. */
	readonly partBytes?: number;
	/** Parts on their way at once. Memory is `workers + 1` parts. */
	readonly workers?: number;
	/** Of a run that did not end. The source is read and hashed again, and only parts that are not there as they are now are sent. */
	readonly resume?: ResumePoint | undefined;
	/** Waited for before the first part is sent. Not called for what fits into one part: that is put at once. */
	readonly onBegin?: (point: ResumePoint) => Promise<void>;
	readonly onProgress?: (progress: UploadProgress) => void;
	/** Cancels: nothing unfinished is left. */
	readonly signal?: AbortSignal;
	/** Whoever cancels takes away himself what is there. */
	readonly keepOnCancel?: boolean;
};

export type UploadResult = {
	readonly etag: string;
	readonly bytes: number;
	readonly sentBytes: number;
	readonly foundBytes: number;
};

const mebibyte = 2 ** 20;
const mostParts = 10_000;
const leastPartBytes = 8 * mebibyte;

/**
Uploads an object in parts and compares the whole at the end, by its size and its ETag. When it fails the
parts stay, for `resume`; unfinished uploads of the same key that nobody resumes are removed when it begins.

@throws {CancelledError} @throws {SourceSizeError} @throws {DamagedTransferError} And what the store throws.
*/
export async function uploadObject(wanted: ObjectUpload): Promise<UploadResult> {
	const upload = {...wanted, store: wanted.signal ? wanted.store.under(wanted.signal) : wanted.store};
	const partBytes = upload.resume?.partBytes ?? upload.partBytes ?? defaultPartBytes(upload.bytes);
	try {
		return upload.bytes <= partBytes ? await putWhole(upload, partBytes) : await putInParts(upload, partBytes);
	} catch (error) {
		if (upload.signal?.aborted) {
			await (wanted.keepOnCancel ? undefined : abandonUploads(wanted));
			throw new CancelledError('The upload');
		}

		throw error;
	}
}

async function putWhole(upload: ObjectUpload, partBytes: number): Promise<UploadResult> {
	const {store, bucket, key, open, acl, signal, onProgress} = upload;
	const pool = createBufferPool(1, Math.max(1, upload.bytes));
	let body: Buffer = Buffer.alloc(0);
	for await (const part of readParts(open(), {...upload, partBytes, pool})) {
		body = part.body;
	}

	const bytes = body.length;
	await store.put(bucket, key, body, {...(acl && {acl}), ...(signal && {signal})});
	onProgress?.({doneBytes: bytes, sentBytes: bytes, totalBytes: bytes});
	const found = await store.head(bucket, key);
	if (found?.bytes !== bytes) {
		throw new DamagedTransferError(bucket, key, `it has ${found?.bytes ?? 'no'} bytes, not ${bytes}`);
	}

	return {etag: found.etag, bytes, sentBytes: bytes, foundBytes: 0};
}

async function putInParts(upload: ObjectUpload, partBytes: number): Promise<UploadResult> {
	const {store, bucket, key, acl, resume, onBegin, signal} = upload;
	const resumed = resume && {bucket, key, uploadId: resume.uploadId};
	const listed = resumed && (await partsOf(store, resumed));
	await abandonUploads({store, bucket, key, exceptId: listed && resume?.uploadId});
	if (resumed && !listed) {
		const finished = await findFinished(upload, partBytes);
		if (finished) {
			return finished;
		}
	}

	signal?.throwIfAborted();
	const target = (listed && resumed) ?? (await store.beginUpload(bucket, key, acl ? {acl} : {}));
	await onBegin?.({uploadId: target.uploadId, partBytes});
	const {parts, md5s, sentBytes} = await sendParts(upload, partBytes, target, listed ?? []);
	await store.completeUpload(target, parts);
	const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
	const etag = await checkWhole({...upload, bytes}, parts, md5s);
	return {etag, bytes, sentBytes, foundBytes: bytes - sentBytes};
}

/** Undefined when the upload is gone. */
async function partsOf(store: ObjectStore, upload: MultipartUpload): Promise<readonly UploadedPart[] | undefined> {
	try {
		return await store.listParts(upload);
	} catch (error) {
		if (error instanceof NoSuchUploadError) {
			return undefined;
		}

		throw error;
	}
}

/** A run may have ended after it completed the upload and before that was written down: then there is nothing left to send. */
async function findFinished(upload: ObjectUpload, partBytes: number): Promise<UploadResult | undefined> {
	const {store, bucket, key, open, isExact = true, signal, onProgress} = upload;
	const found = await store.head(bucket, key);
	if (!found || (isExact && found.bytes !== upload.bytes)) {
		return undefined;
	}

	const pool = createBufferPool(1, partBytes);
	const md5s: string[] = [];
	let bytes = 0;
	for await (const {md5, body, buffer} of readParts(open(), {...upload, partBytes, pool})) {
		signal?.throwIfAborted();
		md5s.push(md5);
		bytes += body.length;
		pool.give(buffer);
	}

	if (found.etag !== composedEtag(md5s) || found.bytes !== bytes) {
		return undefined;
	}

	onProgress?.({doneBytes: bytes, sentBytes: 0, totalBytes: bytes});
	return {etag: found.etag, bytes, sentBytes: 0, foundBytes: bytes};
}

const isDigest = /^[0-9a-f]{32}(?:-\d+)?$/;

async function checkWhole(
	{store, bucket, key, bytes}: ObjectUpload,
	parts: readonly UploadedPart[],
	md5s: readonly string[],
): Promise<string> {
	const found = await store.head(bucket, key);
	const expected = composedEtag(md5s);
	const isComparable = parts.every(({etag}, index) => etag === md5s[index]) && isDigest.test(found?.etag ?? '');
	if (found?.bytes !== bytes || (isComparable && found.etag !== expected)) {
		throw new DamagedTransferError(
			bucket,
			key,
			`it has ${found?.bytes ?? 'no'} bytes and the ETag ${found?.etag ?? 'none'}, not ${bytes} and ${expected}`,
		);
	}

	return found.etag;
}

function defaultPartBytes(bytes: number): number {
	return Math.max(leastPartBytes, Math.ceil(bytes / mostParts / mebibyte) * mebibyte);
}
