/** What S3 and what speaks like it (Walrus, Swift, MinIO) is to D2CM. One contract suite runs against each server we can have. */
export interface ObjectStore {
	/**
	The same store for as long as a signal is not aborted: then each call that is under way ends in CancelledError, at once. What
	makes something (`put`, `beginUpload`, `completeUpload`) is waited for some seconds before that, so that it can be taken away.
	*/
	under(signal: AbortSignal): ObjectStore;

	/** `foreign`: it is there and belongs to somebody else, or is in another region than the store. */
	bucketState(bucket: string): Promise<'ours' | 'missing' | 'foreign'>;

	/**
	Finding it there as ours is success.

	@throws {BucketTakenError} When another owner has it.
	@throws {BucketRegionError} When it is in another region.
	*/
	makeBucket(bucket: string): Promise<void>;

	/**
	The object is whole and as given, or not there: what the store confirms is compared with the MD5 of what was sent.
	A missing bucket, wrong keys, a wrong clock and the like: an AppError each, see `errors/`.
	*/
	put(bucket: string, key: string, body: Uint8Array, options?: PutOptions): Promise<void>;

	/** Undefined when there is no such object. */
	head(bucket: string, key: string): Promise<StoredObject | undefined>;

	/** The object's bytes, in order, compared with its MD5 at the end. @throws {NoSuchObjectError} */
	get(bucket: string, key: string): AsyncIterable<Buffer>;

	/** An address by which the object can be got without keys for so long: a secret for that time. Made anew each time. */
	presignGet(bucket: string, key: string, expiresSeconds: number): Promise<string>;

	/** Every object whose key begins with the prefix, however many pages that takes. */
	list(bucket: string, prefix: string): Promise<readonly StoredObject[]>;

	/** Finding it gone is success. */
	remove(bucket: string, key: string): Promise<void>;

	/** In as few requests as the store allows. Finding some gone is success. */
	removeAll(bucket: string, keys: readonly string[]): Promise<void>;

	/** Uploads in parts: begun, each part put (again, if need be), then completed or aborted. */
	beginUpload(bucket: string, key: string, options?: Pick<PutOptions, 'acl'>): Promise<MultipartUpload>;
	putPart(upload: MultipartUpload, number: number, body: Uint8Array, options?: PutOptions): Promise<UploadedPart>;
	/** @throws {NoSuchUploadError} When it was completed or aborted, or has expired. */
	listParts(upload: MultipartUpload): Promise<readonly UploadedPart[]>;
	/** Repeating it is success while the object is what the parts make. */
	completeUpload(upload: MultipartUpload, parts: readonly UploadedPart[]): Promise<void>;
	/** Finding it gone is success. */
	abortUpload(upload: MultipartUpload): Promise<void>;
	/** Unfinished uploads whose key begins with the prefix. */
	listUploads(bucket: string, prefix: string): Promise<readonly MultipartUpload[]>;
}

export type StoredObject = {
	readonly key: string;
	readonly bytes: number;
	readonly etag: string;
	/** ISO 8601, in lists of stores that say so. */
	readonly modifiedAt?: string;
};

export type MultipartUpload = {readonly bucket: string; readonly key: string; readonly uploadId: string};

/** `etag` without quotes: the MD5 in hex, except where the bucket encrypts with a KMS key. */
export type UploadedPart = {readonly number: number; readonly bytes: number; readonly etag: string};

export type PutOptions = {
	readonly signal?: AbortSignal;
	/** A canned ACL, where the store knows it: `aws-exec-read`. */
	readonly acl?: string;
	/** Of the body in hex, where it is known already; a wrong one is refused by the store. */
	readonly md5?: string;
};
