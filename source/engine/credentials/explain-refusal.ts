import {placeOf} from '../cloud/ec2/aws-calls.js';
import type {Ec2Access} from '../cloud/ec2/ec2-access.js';
import {CloudRefusedError} from '../cloud/ec2/errors/cloud-refused-error.js';
import {CloudUnreachableError} from '../cloud/ec2/errors/cloud-unreachable-error.js';
import {AppError} from '../errors/app-error.js';
import {maskSecrets} from './mask-secrets.js';

/** Why a cloud could not be asked, as exactly as can be told, and without any key in it. */
export function explainRefusal(error: unknown, access: Ec2Access): unknown {
	const place = placeOf(access);
	const {keys} = access;
	if (error instanceof CloudUnreachableError) {
		const reason = networkReason(error.cause);
		return reason === undefined
			? error
			: new CloudUnreachableError(error.right, `at ${place} does not answer: ${reason}`);
	}

	if (error instanceof AppError || !isOfSdk(error)) {
		return error;
	}

	const {name, message} = error;
	const known = 'accessKeyId' in keys ? {accessKey: keys.accessKeyId, secrets: secretsOf(keys)} : {secrets: []};
	// The error of the SDK is left out: it could hold keys.
	return new CloudRefusedError(name, maskSecrets(message, known), {place});
}

const secretsOf = ({secretAccessKey, sessionToken = ''}: {secretAccessKey: string; sessionToken?: string}) => [
	secretAccessKey,
	sessionToken,
];

type SdkError = Error & {
	readonly $metadata?: {readonly httpStatusCode?: number};
	readonly $response?: {readonly statusCode?: number};
};

/** Anything else is a fault of ours. */
const isOfSdk = (error: unknown): error is SdkError =>
	error instanceof Error && ('$metadata' in error || '$response' in error);

const reasons: Readonly<Record<string, string>> = {
	AbortError: 'it did not answer in time',
	EAI_AGAIN: 'its name could not be looked up; is there a network?',
	ECONNREFUSED: 'nothing listens at this address',
	ECONNRESET: 'the connection broke',
	EHOSTUNREACH: 'there is no way to this host',
	ENETUNREACH: 'there is no network',
	ENOTFOUND: 'no such host is known',
	EPROTO: 'it does not speak TLS',
	ETIMEDOUT: 'no connection came about in time',
	TimeoutError: 'no connection came about in time',
};

function networkReason(cause: unknown): string | undefined {
	if (!(cause instanceof Error)) {
		return undefined;
	}

	const {code = '', name} = cause as NodeJS.ErrnoException;
	return reasons[code] ?? reasons[name] ?? networkReason(cause.cause);
}
