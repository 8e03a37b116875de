/** What the SDK, Node or the server said of a request that failed, in one shape. */
export type S3Failure = {
	/** Of the S3 API (`NoSuchBucket`) or of Node (`ECONNRESET`); empty when there was none. */
	readonly code: string;
	/** Undefined when there was no answer. */
	readonly status: number | undefined;
	readonly words: string;
	/** In lower case. */
	readonly headers: Readonly<Record<string, string>>;
	/** The bucket's region, where the store tells it. */
	readonly region: string | undefined;
};

type Told = {
	readonly name?: string;
	readonly code?: string;
	readonly Code?: string;
	readonly message?: string;
	readonly Region?: string;
	readonly $metadata?: {readonly httpStatusCode?: number};
	readonly $response?: {readonly statusCode?: number; readonly headers?: Readonly<Record<string, string>>};
};

export function readFailure(error: unknown): S3Failure {
	const told = (error ?? {}) as Told;
	const headers = told.$response?.headers ?? {};
	const status = told.$metadata?.httpStatusCode ?? told.$response?.statusCode;
	return {
		code: told.Code ?? told.code ?? told.name ?? '',
		status,
		words: told.message ?? '',
		headers,
		region: told.Region ?? headers['x-amz-bucket-region'],
	};
}

const passingCodes: ReadonlySet<string> = new Set([
	...['ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN'],
	...['EAI_AGAIN', 'ENOTFOUND', 'EADDRNOTAVAIL', 'HPE_INVALID_CONSTANT', 'ERR_STREAM_PREMATURE_CLOSE'],
	...['TimeoutError', 'AbortError', 'RequestTimeout', 'RequestTimeoutException', 'SlowDown', 'SlowDownWrite'],
	...['Throttling', 'ThrottlingException', 'TooManyRequests', 'TooManyRequestsException', 'RequestLimitExceeded'],
	...['BandwidthLimitExceeded', 'RequestThrottled', 'PriorRequestNotComplete', 'OperationAborted', 'InternalError'],
	...['ServiceUnavailable', 'BadDigest', 'IncompleteBody', 'XAmzContentSHA256Mismatch', 'InvalidDigest'],
]);

/** Whether the same request may work a little later: throttling, errors of the server's own, and broken connections. */
export function isPassingFailure({code, status, headers}: S3Failure): boolean {
	const isServersOwn = status !== undefined && status >= 500 && status !== 501 && status !== 507;
	// An answer that broke off in its middle is no XML.
	const isTorn = status !== undefined && status < 300;
	// Where a proxy answers for the store: its words are HTML.
	const isProxys =
		status === 408 || status === 429 || (status === 400 && /^text\/html/.test(headers['content-type'] ?? ''));
	return isServersOwn || isTorn || isProxys || passingCodes.has(code);
}
