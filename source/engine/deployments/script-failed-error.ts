import {AppError} from '../errors/app-error.js';
import type {RemoteTaskStatus} from '../ssh/remote-task.js';

/** A script of the user failed; its output is among the results as far as it could be had. */
export class ScriptFailedError extends AppError {
	override readonly name = 'ScriptFailedError';
	override readonly hint = 'Read its output in the results folder, mend the script and deploy again.';

	constructor(
		/** `slave-2` */
		readonly node: string,
		readonly role: string,
		readonly command: string,
		/** `ended with exit code 3` */
		what: string,
		lastOutput: string,
	) {
		const words = lastOutput.trim().split('\n').slice(-3).join(' / ').slice(-400);
		super(`On ${node} (role ${role}) the script \`${shorten(command)}\` ${what}${words ? `: ${words}` : '.'}`);
	}
}

/** `ended with exit code 3`; whatever is not known to have ended left no code. */
export const howItEnded = (status: RemoteTaskStatus | undefined): string =>
	status?.state === 'ended' ? `ended with exit code ${status.code}` : 'vanished without leaving an exit code';

function shorten(command: string): string {
	const line = command.trim().replace(/\s*\n\s*/g, ' ; ');
	return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
