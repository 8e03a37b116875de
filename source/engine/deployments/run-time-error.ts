import {AppError} from '../errors/app-error.js';

/** The run took longer than the template allows. */
export class RunTimeError extends AppError {
	override readonly name = 'RunTimeError';
	override readonly hint = 'Raise --max-hours, or maxRunMinutes in the template, or choose larger or more instances.';

	constructor(
		readonly maxRunMinutes: number,
		/** What was still going on. */
		waitingFor: string,
	) {
		super(`The run was not over after ${timeOf(maxRunMinutes)}, its limit; ${waitingFor}.`);
	}
}

/** `24 hours`, `1 minute`, `11 seconds` */
export function timeOf(minutes: number): string {
	const [count, noun] =
		minutes < 1 ? [minutes * 60, 'second'] : minutes < 120 ? [minutes, 'minute'] : [minutes / 60, 'hour'];
	const shown = Number(count.toFixed(1));
	return `${shown} ${noun}${shown === 1 ? '' : 's'}`;
}
