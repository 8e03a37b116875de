import {AppError} from '../errors/app-error.js';
import type {RemoteTaskStatus, TaskOutput} from '../ssh/remote-task.js';
import {printable} from './printable.js';

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
		{stdout, stderr}: TaskOutput,
	) {
		const [errors, output] = [lastWords(stderr), lastWords(stdout)];
		super(
			[
				`On ${node} (role ${role}) the script \`${shorten(command)}\` ${what}.`,
				...(errors ? [`Its last errors: ${errors}`] : []),
				...(output ? [`Its last output: ${output}`] : []),
				...(errors || output ? [] : ['It wrote nothing.']),
			].join(' '),
		);
	}
}

/** `ended with exit code 127 (a command was not found)`; whatever is not known to have ended left no code. */
export function howItEnded(status: RemoteTaskStatus | undefined): string {
	if (status?.state !== 'ended') {
		return 'vanished without leaving an exit code';
	}

	const meaning = meanings.get(status.code);
	return `ended with exit code ${status.code}${meaning === undefined ? '' : ` (${meaning})`}`;
}

/** In the order of their numbers on Linux, from 1. */
const signals =
	'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS';

/** What shells, `timeout` and ssh mean by an exit code. */
const meanings: ReadonlyMap<number, string> = new Map([
	...signals.split(' ').map((name, index) => [128 + index + 1, `killed by SIG${name}`] as const),
	[124, '`timeout` gives it when the time is over'],
	[126, 'a command may not be executed'],
	[127, 'a command was not found'],
	[137, 'killed by SIGKILL, often because the memory was full'],
	[255, 'ssh gives it when it cannot connect or log in'],
]);

const mostLines = 3;
const mostCharacters = 300;

/** The last lines that say something, as one; of a line that was drawn again and again what was seen last. Ends as a sentence. */
function lastWords(text: string): string {
	const lines = text
		.split('\n')
		.map(line => printable(line.trimEnd().split('\r').at(-1) ?? '').trim())
		.filter(line => line !== '')
		.slice(-mostLines)
		.join(' / ');
	const characters = [...lines];
	const words =
		characters.length > mostCharacters ? `…${characters.slice(1 - mostCharacters).join('')}` : characters.join('');
	return /[^.!?…]$/.test(words) ? `${words}.` : words;
}

function shorten(command: string): string {
	const line = command.trim().replace(/(?<!\s)\s*\n\s*/g, ' ; ');
	return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
