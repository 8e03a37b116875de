import {AppError} from '../engine/errors/app-error.js';

/** Another process holds a lock for longer than we wait. */
export class LockBusyError extends AppError {
	override readonly name = 'LockBusyError';
	override readonly hint = 'Try again; if it stays so, look at that process with `ps` and end it.';

	constructor(
		readonly path: string,
		readonly pid: number | undefined,
	) {
		super(`${path} is held by ${pid === undefined ? 'another process' : `process ${pid}`}.`);
	}
}
