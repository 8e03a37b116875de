import {AppError} from '../errors/app-error.js';

/** The cloud calls an instance running, and it cannot be reached for too long. */
export class InstanceUnreachableError extends AppError {
	override readonly name = 'InstanceUnreachableError';
	override readonly hint =
		'Look at the last console lines among the events: did the guest boot, and does its sshd run?';

	constructor(
		/** `master-1`; several when they share the fate. */
		readonly nodes: readonly string[],
		seconds: number,
		lastReason: string,
		options?: ErrorOptions,
	) {
		super(`${nodes.join(', ')} could not be reached by SSH within ${Math.round(seconds)} s (${lastReason}).`, options);
	}
}
