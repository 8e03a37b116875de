import {AppError, type ErrorSort} from '../errors/app-error.js';

/** `room`: the cloud has none now; `limit`: of the account; `price`: of spot instances, above what is paid for others. */
export type CapacityReason = 'room' | 'limit' | 'price';

/** The cloud (or this machine) has not enough of something; the message carries the figures. */
export class CapacityError extends AppError {
	override readonly name = 'CapacityError';
	override readonly sort: ErrorSort = 'final';
	readonly reason: CapacityReason;

	constructor(
		message: string,
		override readonly hint: string = 'Choose a smaller instance type or fewer instances.',
		{reason = 'room', ...options}: ErrorOptions & {readonly reason?: CapacityReason} = {},
	) {
		super(message, options);
		this.reason = reason;
	}
}
