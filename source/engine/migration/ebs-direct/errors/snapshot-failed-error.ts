import {AppError} from '../../../errors/app-error.js';

/** The cloud did not make a snapshot of what was sent. */
export class SnapshotFailedError extends AppError {
	override readonly name = 'SnapshotFailedError';
	override readonly hint = 'Start the migration again.';

	constructor(
		readonly snapshotId: string,
		why: string,
		options?: ErrorOptions,
	) {
		super(`The snapshot ${snapshotId} was not completed: ${why}.`, options);
	}
}
