import {AppError, isPassing} from '../errors/app-error.js';
import {StoreKeysError} from '../object-store/errors/store-keys-error.js';
import {KeysRefusedError} from './ec2/errors/keys-refused-error.js';

/** Says whether the cloud did not deal with the question at all: nothing is known of what it would have said. */
export function isUnanswered(error: unknown): boolean {
	return isPassing(error) || error instanceof KeysRefusedError || error instanceof StoreKeysError;
}

/** Says whether asking again may help. What the user has to mend is not asked twice, nor what is a fault in our own code. */
export function mayPass(error: unknown): boolean {
	return error instanceof AppError ? isPassing(error) : !isOwnFault(error);
}

/**
Says whether a question to the cloud has no answer yet, whatever came back: a refused question is none either, and tells nothing
of what was asked about.
*/
export function isNoAnswer(error: unknown): boolean {
	return error instanceof AppError ? error.sort !== 'final' : !isOwnFault(error);
}

const isOwnFault = (error: unknown): boolean =>
	[TypeError, RangeError, ReferenceError, SyntaxError].some(fault => error instanceof fault);
