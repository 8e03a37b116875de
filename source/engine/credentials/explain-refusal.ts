import {placeOf} from '../cloud/ec2/aws-calls.js';
import type {Ec2Access} from '../cloud/ec2/ec2-access.js';
import {CloudRefusedError} from '../cloud/ec2/errors/cloud-refused-error.js';
import {AppError} from '../errors/app-error.js';
import {maskSecrets} from './mask-secrets.js';

/** Why a cloud could not be asked, as exactly as can be told, and without any key in it. */
export function explainRefusal(error: unknown, access: Ec2Access): unknown {
	const place = placeOf(access);
	const {keys} = access;
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
