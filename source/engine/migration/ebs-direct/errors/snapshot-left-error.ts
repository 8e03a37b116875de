import {AppError} from '../../../errors/app-error.js';

/** An upload ended, and what it had begun could not be taken away. It is still there to be gone on with. */
export class SnapshotLeftError extends AppError {
	override readonly name = 'SnapshotLeftError';
	override readonly hint: string;

	constructor(
		/** Empty when the cloud never said. */
		readonly snapshotIds: readonly string[],
		options?: ErrorOptions,
		/** Why the upload ended. */
		after?: AppError,
	) {
		const left =
			snapshotIds.length === 0
				? 'An unfinished snapshot may be left in the cloud.'
				: `Left in the cloud, unfinished: ${snapshotIds.join(', ')}.`;
		super(after ? `${after.message} ${left}` : left, options);
		const next = 'Then resume the migration, or cancel it; after a day the cloud drops the snapshot by itself.';
		this.hint = after ? `${after.hint} ${next}` : `Make sure that the cloud can be reached. ${next}`;
	}
}
