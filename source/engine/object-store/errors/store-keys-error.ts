import {AppError, type ErrorSort} from '../../errors/app-error.js';

/** The keys are wrong, revoked or expired; trying again does not help. */
export class StoreKeysError extends AppError {
	override readonly name = 'StoreKeysError';
	/** Temporary keys may be renewed meanwhile. */
	override readonly sort: ErrorSort;
	override readonly hint: string;

	constructor(
		readonly server: string,
		readonly problem: 'unknown' | 'wrong' | 'expired',
		options?: ErrorOptions,
	) {
		super(sentences[problem].replace('SERVER', server), options);
		this.sort = problem === 'expired' ? 'wait' : 'user';
		this.hint = hints[problem];
	}
}

const sentences = {
	unknown: 'SERVER does not know the access key.',
	wrong: 'SERVER refuses the signature: the secret key does not belong to the access key.',
	expired: 'The session of these keys has expired at SERVER.',
} as const;

const hints = {
	unknown: 'Check the access key of these credentials; it may have been revoked.',
	wrong: 'Enter the secret key of these credentials again.',
	expired: 'Get new keys, or log in to the profile again, then go on.',
} as const;
