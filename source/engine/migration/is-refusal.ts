import {CloudQuotaError} from '../cloud/ec2/errors/cloud-quota-error.js';
import {NotAllowedError} from '../cloud/ec2/errors/not-allowed-error.js';

/**
Whether a request that makes something was answered with no by the service itself (`InvalidParameter`). Asked again with the same
token, that means there is nothing either: what is there is told whoever asks for it.
*/
export function isRefusal(error: unknown): boolean {
	const status = (error as {$metadata?: {httpStatusCode?: number}}).$metadata?.httpStatusCode;
	return (
		error instanceof NotAllowedError ||
		error instanceof CloudQuotaError ||
		(error instanceof Error && status !== undefined && status < 500)
	);
}
