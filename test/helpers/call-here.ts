import type {D2cm} from '../../source/actions/d2cm.js';
import {openD2cm} from '../../source/actions/open-d2cm.js';
import {commands} from '../../source/commands/commands.js';
import type {Output} from '../../source/commands/output.js';
import {runCommandLine} from '../../source/commands/run-command-line.js';
import {shownJson, shownLines} from '../../source/engine/host/terminal-text.js';
import type {Outcome} from './run-d2cm.js';

/** The same as in the program, without the time a process takes to start. */
export async function callHere(
	home: string,
	words: readonly string[],
	open: () => Promise<D2cm> = async () => openD2cm(home),
	{isTerminal = false, isAgreed = false} = {},
): Promise<Outcome> {
	const lines = {stdout: [] as string[], stderr: [] as string[]};
	const output: Output = {
		isTerminal,
		print: text => lines.stdout.push(shownLines(text)),
		printJson: value => lines.stdout.push(shownJson(value)),
		remark: text => lines.stderr.push(shownLines(text)),
		async confirm(question) {
			lines.stdout.push(`asked: ${question}`);
			return isAgreed;
		},
		ask: async question => question,
		askSecret: async () => 'typed-secret',
	};
	const show = async () => output.print('shown');
	const status = await runCommandLine(words, {commands, output, open, version: '0', show});
	return {status, stdout: lines.stdout.join('\n'), stderr: lines.stderr.join('\n')};
}
