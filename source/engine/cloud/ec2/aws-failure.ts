import {ProxyError} from '../../host/outgoing/errors.js';
import {type TlsTrouble, tlsTrouble} from '../../host/tls-trouble.js';
import {WebPageError} from '../refuse-web-pages.js';

/** What a failed request to Amazon means for who made it. */
export type AwsFailure =
	/** Nothing wrong with the request: the network, or the service; then `serversOwn` is what it said: `HTTP 503, Unavailable`. */
	| {readonly kind: 'transient'; readonly serversOwn?: string}
	| {readonly kind: 'throttled'}
	| {readonly kind: 'clock-skew'; readonly aheadMs: number}
	| {readonly kind: 'keys-expired'}
	| {readonly kind: 'keys-invalid'}
	| {readonly kind: 'not-allowed'}
	| {readonly kind: 'quota'; readonly code: string}
	/** The server's TLS certificate, or that it speaks no TLS. */
	| TlsTrouble
	/** No such service is there. */
	| {readonly kind: 'elsewhere'; readonly status: number}
	/** An answer only the asker understands. */
	| {readonly kind: 'other'; readonly code: string};

/**
What the words of a cloud mean: one table for all who ask. None of them says that an instance is gone; only its state does, told
twice. What is not in it only the asker understands.

@see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
*/
const answers = {
	throttled: [
		'ConcurrentLimitExceededException',
		'EC2ThrottledException',
		'RequestLimitExceeded',
		'RequestThrottled',
		'RequestThrottledException',
		'SlowDown',
		'Throttling',
		'ThrottlingException',
		'TooManyRequestsException',
		'ThrottledException',
	],
	transient: [
		'InternalError',
		'InternalFailure',
		'InternalServerException',
		'RequestTimeout',
		'ServiceUnavailable',
		'TimeoutError',
		'Unavailable',
	],
	'keys-expired': ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'],
	'keys-invalid': [
		'AuthFailure',
		'CredentialsProviderError',
		'IncompleteSignature',
		'InvalidClientTokenId',
		'InvalidSignatureException',
		'MissingAuthenticationToken',
		'MissingAuthenticationTokenException',
		'SignatureDoesNotMatch',
		'UnrecognizedClientException',
	],
	'not-allowed': ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation'],
} as const;

const kindOf = new Map<string, keyof typeof answers>(
	(Object.keys(answers) as Array<keyof typeof answers>).flatMap(kind =>
		answers[kind].map(code => [code, kind] as const),
	),
);

/** Amazon lets a request be five minutes old. */
const mostSkewMs = 4.5 * 60 * 1000;

/** Tells what an error of the SDK means, by its fields alone. */
export function awsFailure(error: unknown, now: Date): AwsFailure {
	if (!(error instanceof Error)) {
		return {kind: 'other', code: 'Unknown'};
	}

	if (error instanceof ProxyError) {
		return error.sort === 'wait' ? {kind: 'transient'} : {kind: 'other', code: error.name};
	}

	if (error instanceof WebPageError) {
		return {kind: 'elsewhere', status: error.status};
	}

	const {name: code, $metadata, $response, $fault} = error as SdkError;
	const status = $metadata?.httpStatusCode ?? $response?.statusCode;
	if ($metadata && $fault === undefined && status !== undefined && status < 500) {
		return {kind: 'transient', serversOwn: `HTTP ${status}, an answer that cannot be read`};
	}

	const kind = kindOf.get(code);
	if (kind === 'keys-expired' || kind === 'keys-invalid') {
		const serverDate = Date.parse($response?.headers?.['date'] ?? '');
		const aheadMs = now.getTime() - serverDate;
		if (Math.abs(aheadMs) > mostSkewMs) {
			return {kind: 'clock-skew', aheadMs};
		}
	}

	const isServersOwn = status !== undefined && status >= 500 && !isAnswer(code);
	if (isServersOwn && (kind === undefined || kind === 'transient') && !isQuota(code)) {
		return {kind: 'transient', serversOwn: /^[A-Z]\w{2,40}$/.test(code) ? `HTTP ${status}, ${code}` : `HTTP ${status}`};
	}

	if (kind !== undefined) {
		return {kind};
	}

	if (isQuota(code)) {
		return {kind: 'quota', code};
	}

	return tlsTrouble(error) ?? (isNetworkError(error) ? {kind: 'transient'} : {kind: 'other', code});
}

const isQuota = (code: string): boolean => /LimitExceeded$|QuotaExceeded/.test(code);

/** EBS direct says 503 where the request itself is at odds with an earlier one, EC2 500 where a zone is full. */
const isAnswer = (code: string): boolean => code === 'ConflictException' || code.startsWith('Insufficient');

type SdkError = Error & {
	/** Whose fault an answer is that is an error; the SDK's own errors, as of an answer it cannot read, have none. */
	readonly $fault?: string;
	readonly $metadata?: {readonly httpStatusCode?: number};
	readonly $response?: {readonly statusCode?: number; readonly headers?: Readonly<Record<string, string>>};
};

const networkCodes = new Set([
	'EAI_AGAIN',
	'ECONNABORTED',
	'ECONNREFUSED',
	'ECONNRESET',
	'EHOSTUNREACH',
	'ENETUNREACH',
	'ENOTFOUND',
	'EPIPE',
	'ERR_STREAM_PREMATURE_CLOSE',
	'ETIMEDOUT',
]);

function isNetworkError(error: Error): boolean {
	const {code, cause} = error as NodeJS.ErrnoException & {cause?: unknown};
	return (code !== undefined && networkCodes.has(code)) || (cause instanceof Error && isNetworkError(cause));
}
