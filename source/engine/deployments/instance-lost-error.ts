import {AppError, type ErrorSort} from '../errors/app-error.js';

/** An instance ended and nobody had asked for it. */
export class InstanceLostError extends AppError {
	override readonly name = 'InstanceLostError';
	override readonly sort: ErrorSort = 'final';
	override readonly hint: string;

	constructor(
		/** `master-1` */
		readonly node: string,
		readonly instanceId: string,
		reason: string,
		/** It has only stopped: what is on its disk is there. */
		readonly isAsleep = false,
		/** Its last console lines are among the events: it was booting. */
		hasConsole = false,
	) {
		super(`The instance ${node} (${instanceId}) is gone: ${reason}.`);
		this.hint = hasConsole
			? 'Look at its last console lines among the events, then deploy again.'
			: 'Deploy again; if it happens again, see whether your scripts switch it off or use up its memory.';
	}
}
