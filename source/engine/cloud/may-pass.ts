import {AppError} from '../errors/app-error.js';
import {ClockSkewError as StoreClockSkewError} from '../object-store/errors/clock-skew-error.js';
import {StoreKeysError} from '../object-store/errors/store-keys-error.js';
import {StoreUnavailableError} from '../object-store/errors/store-unavailable-error.js';
import {CloudSilentError} from './cloud-silent-error.js';
import {ClockSkewError} from './ec2/errors/clock-skew-error.js';
import {CloudUnreachableError} from './ec2/errors/cloud-unreachable-error.js';
import {KeysRefusedError} from './ec2/errors/keys-refused-error.js';
import {NoCloudThereError} from './ec2/errors/no-cloud-there-error.js';

/** The cloud did not deal with the question at all: nothing is known of what it would have said. */
export function isUnanswered(error: unknown): boolean {
	return (
		error instanceof CloudUnreachableError ||
		error instanceof CloudSilentError ||
		error instanceof NoCloudThereError ||
		error instanceof StoreUnavailableError ||
		error instanceof KeysRefusedError ||
		error instanceof StoreKeysError ||
		error instanceof ClockSkewError ||
		error instanceof StoreClockSkewError
	);
}

/** Whether asking again may help. What the user has to mend is not asked twice, nor what is a fault in our own code. */
export function mayPass(error: unknown): boolean {
	if (error instanceof AppError) {
		const isWrong =
			(error instanceof KeysRefusedError && error.why === 'invalid') ||
			(error instanceof StoreKeysError && error.problem !== 'expired');
		return isUnanswered(error) && !isWrong;
	}

	return ![TypeError, RangeError, ReferenceError, SyntaxError].some(fault => error instanceof fault);
}
