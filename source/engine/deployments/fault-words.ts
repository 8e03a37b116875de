import {refusal} from '../cloud/ec2/refusal.js';
import {AppError} from '../errors/app-error.js';

/** What went wrong, as the user is told: a fault of ours with its stack. */
export function faultWords(thrown: unknown): {
	readonly error: unknown;
	readonly cause: string;
	readonly hint: string;
	readonly message: string;
} {
	// What the cloud itself says no to is no fault of ours.
	const error = refusal(thrown) ?? thrown;
	const cause = error instanceof Error ? error.message : String(error);
	return error instanceof AppError
		? {error, cause, hint: error.hint, message: cause}
		: {
				error,
				cause,
				hint: 'This is a fault of D2CM; please report it with the events.',
				message: error instanceof Error ? (error.stack ?? cause) : cause,
			};
}
