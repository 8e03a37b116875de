import {AppError, type ErrorSort} from '../../../errors/app-error.js';

/** The cloud does not accept the access key. */
export class KeysRefusedError extends AppError {
	override readonly name = 'KeysRefusedError';
	/** Temporary keys may be renewed meanwhile. */
	override readonly sort: ErrorSort;
	override readonly hint: string;

	constructor(
		readonly why: 'expired' | 'invalid',
		options?: ErrorOptions,
	) {
		super(
			why === 'expired'
				? 'The temporary access keys of the credential have expired.'
				: 'The cloud does not accept the access key of the credential: it is unknown, revoked, or the secret does not belong to it.',
			options,
		);
		this.sort = why === 'expired' ? 'wait' : 'user';
		this.hint =
			why === 'expired'
				? 'Get new ones, or log in to the profile again, then go on.'
				: 'Enter both keys of the credential again, or make new ones; `d2cm credential test` tries them.';
	}
}
