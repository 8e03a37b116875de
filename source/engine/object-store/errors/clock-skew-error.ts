import {AppError, type ErrorSort} from '../../errors/app-error.js';

const minute = 60_000;

export class ClockSkewError extends AppError {
	override readonly name = 'ClockSkewError';
	override readonly sort: ErrorSort = 'wait';
	override readonly hint = 'Set the clock (`timedatectl set-ntp true`), then go on.';

	constructor(
		readonly server: string,
		/** Of this machine's clock; negative when it is slow. Undefined when the server does not tell its time. */
		readonly aheadMs: number | undefined,
		options?: ErrorOptions,
	) {
		super(
			aheadMs === undefined
				? `The clocks of this machine and of ${server} differ so much that it refuses our signature.`
				: `The clock of this machine is ${duration(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} that of ${server}, which refuses our signature.`,
			options,
		);
	}
}

function duration(ms: number): string {
	const minutes = Math.round(ms / minute);
	const [hours, days] = [Math.floor(minutes / 60), Math.floor(minutes / 1440)];
	return days >= 3 ? `${days} days` : hours >= 1 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}
