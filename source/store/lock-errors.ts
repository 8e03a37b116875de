import {AppError, type ErrorSort} from '../engine/errors/app-error.js';
import {fileReason} from '../engine/host/file-reason.js';
import {processWords} from './lock-words.js';
import type {LockHolder} from './process-lock.js';

/** Another process holds a lock for longer than we wait. */
export class LockBusyError extends AppError {
	override readonly name = 'LockBusyError';
	override readonly hint = 'Try again; if it stays so, look at that process with `ps` and end it.';
	override readonly sort: ErrorSort = 'wait';

	constructor(
		readonly path: string,
		holder: LockHolder | undefined,
	) {
		super(
			`${path} is held by ${holder ? processWords({pid: holder.pid, host: holder.elsewhere?.host}) : 'another process'}.`,
		);
	}
}

/** What was held may be another process's by now, so nothing more is done in its name. */
export class LockLostError extends AppError {
	override readonly name = 'LockLostError';

	private constructor(
		message: string,
		override readonly hint: string,
		options?: ErrorOptions,
	) {
		super(message, options);
	}

	static taken(path: string): LockLostError {
		return new LockLostError(
			`${path} was taken over by another process, since this one had shown no sign of life.`,
			'Look at what that one does; nothing needs to be done here.',
		);
	}

	static late(path: string, cause: unknown): LockLostError {
		return new LockLostError(
			`It could not be shown at ${path} that this process lives: ${fileReason(cause)}.`,
			'Mend the data folder, then try again.',
			{cause},
		);
	}
}
