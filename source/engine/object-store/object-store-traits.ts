/** What differs between servers that speak S3; the table of clouds has a row of it for each kind. */
export type ObjectStoreTraits = {
	/** Buckets are the first part of the path, not of the host's name. */
	readonly pathStyle: boolean;
	/** WHEN_SUPPORTED also sends and checks Amazon's newer checksums; other servers refuse them. MD5 is checked everywhere. */
	readonly checksums: 'WHEN_REQUIRED' | 'WHEN_SUPPORTED';
	/** The server knows canned ACLs such as `aws-exec-read`. Where it does not, none is sent. */
	readonly acl: boolean;
	/** Many objects can be deleted by one request (without Content-MD5). */
	readonly batchDelete: boolean;
	/** A bucket is made in a region that is named in the request. */
	readonly locationConstraint: boolean;
};
