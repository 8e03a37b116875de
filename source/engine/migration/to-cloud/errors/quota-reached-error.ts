import {AppError} from '../../../errors/app-error.js';

/** The account has as much of something as it may have. */
export class QuotaReachedError extends AppError {
	override readonly name = 'QuotaReachedError';
	override readonly hint: string;

	constructor(
		/** `snapshots` */
		readonly things: string,
		readonly used: number,
		/** As the cloud calls the limit: `Snapshots per Region`. */
		limit: string,
		readonly most: number,
	) {
		super(`The account has ${used} ${things} there, and may have ${most} (${limit}); a migration needs one more.`);
		this.hint = `Delete ${things} that are no longer needed, or ask for a higher limit in Service Quotas.`;
	}
}
