import {AppError, type ErrorSort} from '../../../errors/app-error.js';

/** Amazon refuses what was signed more than five minutes before or after its own time. */
export class ClockSkewError extends AppError {
	override readonly name = 'ClockSkewError';
	override readonly sort: ErrorSort = 'wait';
	override readonly hint = 'Set the clock of this machine (`timedatectl set-ntp true`), then try again.';

	constructor(
		/** What this machine's clock shows more than the cloud's; negative when it is behind. */
		readonly aheadMs: number,
		options?: ErrorOptions,
	) {
		const minutes = Math.round(Math.abs(aheadMs) / 60_000);
		super(
			`The clock of this machine is ${minutes} minutes ${aheadMs > 0 ? 'ahead of' : 'behind'} the cloud's.`,
			options,
		);
	}
}
