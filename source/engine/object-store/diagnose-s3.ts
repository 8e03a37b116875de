import {NoCloudThereError} from '../cloud/ec2/errors/no-cloud-there-error.js';
import {NoTlsError} from '../cloud/no-tls-error.js';
import {WebPageError} from '../cloud/refuse-web-pages.js';
import {MissingProfileError} from '../credentials/errors/missing-profile-error.js';
import {AppError} from '../errors/app-error.js';
import {tlsTrouble} from '../host/tls-trouble.js';
import {AclRefusedError} from './errors/acl-refused-error.js';
import {BucketRegionError} from './errors/bucket-region-error.js';
import {BucketTakenError} from './errors/bucket-taken-error.js';
import {ClockSkewError} from './errors/clock-skew-error.js';
import {NoSuchBucketError} from './errors/no-such-bucket-error.js';
import {NoSuchObjectError} from './errors/no-such-object-error.js';
import {NoSuchUploadError} from './errors/no-such-upload-error.js';
import {StoreKeysError} from './errors/store-keys-error.js';
import {StoreRefusedError} from './errors/store-refused-error.js';
import {StoreRightsError} from './errors/store-rights-error.js';
import {StoreUnavailableError} from './errors/store-unavailable-error.js';
import {StoreUntrustedError} from './errors/store-untrusted-error.js';
import {isPassingFailure, readFailure, type S3Failure} from './s3-failure.js';

/** What was asked of which server, for the sentence. */
export type S3Question = {
	/** As the API calls it: `PutObject`. */
	readonly action: string;
	readonly bucket: string;
	readonly key?: string;
	/** Whether a canned ACL went with it. */
	readonly hasAcl?: boolean;
	/** The host, as the user knows it. */
	readonly server: string;
	readonly region: string;
	/** Name of the profile the keys are from, if any. */
	readonly profile?: string | undefined;
	readonly attempts: number;
	readonly now: Date;
};

type Diagnosis = (question: S3Question, failure: S3Failure, options: ErrorOptions) => AppError;

const skewAllowedMs = 4 * 60_000;

const skewed: Diagnosis = ({server, now}, {headers}, options) =>
	new ClockSkewError(server, aheadMs(now, headers), options);
const elsewhere: Diagnosis = ({bucket, region}, failure, options) =>
	new BucketRegionError(bucket, failure.region === region ? undefined : failure.region, region, options);
const noBucket: Diagnosis = ({bucket}, _, options) => new NoSuchBucketError(bucket, options);
const noObject: Diagnosis = ({bucket, key}, _, options) => new NoSuchObjectError(bucket, key ?? '', options);
const noUpload: Diagnosis = ({bucket, key}, _, options) => new NoSuchUploadError(bucket, key ?? '', options);
const taken: Diagnosis = ({bucket}, _, options) => new BucketTakenError(bucket, options);
const aclRefused: Diagnosis = ({bucket}, _, options) => new AclRefusedError(bucket, options);
const noRight: Diagnosis = ({action, bucket, key}, _, options) =>
	new StoreRightsError(action, key ? `${key} in the bucket ${bucket}` : `in the bucket ${bucket}`, options);
const keys =
	(problem: 'unknown' | 'wrong' | 'expired'): Diagnosis =>
	({server}, _, options) =>
		new StoreKeysError(server, problem, options);
const noProfile: Diagnosis = ({profile, server}, _, options) =>
	profile ? new MissingProfileError(profile, options) : new StoreKeysError(server, 'unknown', options);

const byCode: Readonly<Record<string, Diagnosis>> = {
	RequestTimeTooSkewed: skewed,
	RequestExpired: skewed,
	PermanentRedirect: elsewhere,
	TemporaryRedirect: elsewhere,
	AuthorizationHeaderMalformed: elsewhere,
	IllegalLocationConstraintException: elsewhere,
	NoSuchBucket: noBucket,
	NoSuchKey: noObject,
	NotFound: noObject,
	NoSuchUpload: noUpload,
	BucketAlreadyExists: taken,
	BucketAlreadyOwnedByYou: taken,
	AccessControlListNotSupported: aclRefused,
	InvalidAccessKeyId: keys('unknown'),
	InvalidSecurity: keys('unknown'),
	SignatureDoesNotMatch: keys('wrong'),
	ExpiredToken: keys('expired'),
	TokenRefreshRequired: keys('expired'),
	InvalidToken: keys('expired'),
	CredentialsProviderError: noProfile,
	TokenProviderError: noProfile,
	AccessDenied: noRight,
	AllAccessDisabled: noRight,
	AccountProblem: noRight,
};

/** How stores that know no canned ACLs refuse one; Swift: InvalidArgument. */
const aclUnknown: ReadonlySet<string> = new Set(['InvalidArgument', 'NotImplemented']);

/** What the SDK calls an answer without words. */
const wordless = /^(?:Unknown.*|NotFound|Forbidden|MovedPermanently|\d*)$/;

/** For answers without words: those to HEAD. */
const byStatus: Readonly<Record<number, Diagnosis>> = {
	301: elsewhere,
	307: elsewhere,
	403: (question, failure, options) =>
		Math.abs(aheadMs(question.now, failure.headers) ?? 0) > skewAllowedMs
			? skewed(question, failure, options)
			: noRight(question, failure, options),
	404: noObject,
};

/** The sentence for a request that failed for good. What is no failure of the request (a bug of ours) stays as it is. */
export function diagnoseS3(error: unknown, question: S3Question): unknown {
	if (error instanceof AppError) {
		return error;
	}

	if (error instanceof WebPageError) {
		return new NoCloudThereError(question.server, error.status, 'S3', {cause: error});
	}

	const failure = readFailure(error);
	const {code, status, words} = failure;
	const options = {cause: error};
	const {server, action, attempts} = question;
	const trouble = tlsTrouble(error);
	if (trouble) {
		return trouble.kind === 'no-tls'
			? new NoTlsError(server, 'S3', options)
			: new StoreUntrustedError(server, trouble.reason, options);
	}

	if (isPassingFailure(failure)) {
		const isServersOwn = status !== undefined && status >= 500;
		return new StoreUnavailableError(server, action, attempts, reason(failure), {...options, isServersOwn});
	}

	const isOfAcl = question.hasAcl === true && aclUnknown.has(code);
	const diagnosis =
		byCode[code] ??
		(isOfAcl ? aclRefused : undefined) ??
		(status !== undefined && wordless.test(code) ? byStatus[status] : undefined);
	return (
		diagnosis?.(question, failure, options) ??
		(status === undefined ? error : new StoreRefusedError(server, action, code || String(status), words, options))
	);
}

function reason({code, status, words}: S3Failure): string {
	const known = reasons[code];
	return known ?? (status === undefined ? words || code : `it answered ${status}${code ? ` ${code}` : ''}`);
}

const reasons: Readonly<Record<string, string>> = {
	TimeoutError: 'it did not answer in time',
	AbortError: 'it did not answer in time',
	ECONNREFUSED: 'nothing answers at this address',
	ECONNRESET: 'the connection broke',
	EPIPE: 'the connection broke',
	ENOTFOUND: 'no such host is known',
	EAI_AGAIN: 'its name could not be looked up',
};

function aheadMs(now: Date, headers: Readonly<Record<string, string>>): number | undefined {
	const there = Date.parse(headers.date ?? '');
	return Number.isNaN(there) ? undefined : now.getTime() - there;
}
