import {AppError} from '../../engine/errors/app-error.js';

/** The keys of a profile change from time to time, so that a copy of them would soon be worth nothing. */
export class NoStaticKeysError extends AppError {
	override readonly name = 'NoStaticKeysError';
	override readonly hint = 'Use the profile by its name instead.';

	constructor(readonly profile: string) {
		super(`The profile ${profile} holds no lasting keys that could be copied.`);
	}
}
