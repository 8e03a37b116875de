import type {D2cm} from '../actions/d2cm.js';
import {AppError} from '../engine/errors/app-error.js';
import {CancelledError} from '../engine/errors/cancelled-error.js';
import {UsageError} from '../engine/errors/usage-error.js';
import {faultLines} from '../engine/host/terminal-text.js';
import type {Command, Show} from './command.js';
import {findCommand} from './find-command.js';
import {commandHelp, groupHelp, programHelp} from './help-text.js';
import type {Output} from './output.js';
import {parseCall} from './parse-call.js';

export type CommandLine = {
	readonly commands: readonly Command[];
	readonly output: Output;
	readonly open: () => Promise<D2cm>;
	readonly version: string;
	/** Shows the program on the whole terminal, until the user leaves it. */
	readonly show: Show;
};

/** Runs what was written after `d2cm` and returns the exit status. Every error becomes words here. */
export async function runCommandLine(words: readonly string[], line: CommandLine): Promise<number> {
	try {
		return await dispatch(words, line);
	} catch (error) {
		return reportError(error, {output: line.output, json: words.includes('--json')});
	}
}

async function dispatch(words: readonly string[], line: CommandLine): Promise<number> {
	const {commands, output, open, version, show} = line;
	const [first] = words;
	if (first === undefined) {
		if (!output.isTerminal) {
			const hint = 'Run `d2cm` in a terminal, or see by `d2cm --help` what goes without one.';
			throw new UsageError('This is no terminal, so D2CM cannot be shown on it.', hint);
		}

		await show();
		return 0;
	}

	if (first === '--version' || first === '-V') {
		output.print(version);
		return 0;
	}

	if (first === '--help' || first === '-h' || (first === 'help' && words.length === 1)) {
		output.print(programHelp(commands).split('\n'));
		return 0;
	}

	if (first === 'help') {
		return dispatch([...words.slice(1), '--help'], line);
	}

	if (first.startsWith('-')) {
		throw new UsageError(`d2cm has no option ${first}.`);
	}

	const found = findCommand(commands, words);
	if (found.kind === 'group') {
		if (!words.includes('--help') && !words.includes('-h')) {
			const choices = found.commands.map(({name}) => name.slice(found.group.length + 1)).join(', ');
			throw new UsageError(`d2cm ${found.group} needs one of: ${choices}.`, `Run \`d2cm ${found.group} --help\`.`);
		}

		output.print(groupHelp(found.group, found.commands).split('\n'));
		return 0;
	}

	const call = parseCall(found.command, found.rest);
	if (call.options.has('help')) {
		output.print(commandHelp(found.command).split('\n'));
		return 0;
	}

	try {
		return (await found.command.run({...call, json: call.options.has('json'), output, open, show})) ?? 0;
	} catch (error) {
		throw error instanceof UsageError && !error.isHintOwn
			? new UsageError(error.message, `Run \`d2cm ${found.command.name} --help\` to see how it is used.`)
			: error;
	}
}

/** Says what went wrong, as words or as JSON, and returns the exit status that goes with it. */
function reportError(error: unknown, {output, json}: {output: Output; json: boolean}): number {
	if (!(error instanceof AppError)) {
		const {name, message} = error instanceof Error ? error : new Error(String(error));
		if (json) {
			output.printJson({error: {name, message, hint: 'This is an error in D2CM itself; please report it.'}});
		}

		output.remark(['This is an error in D2CM itself; please report it.', ...faultLines(error)]);
		return 1;
	}

	const {name, message, hint} = error;
	if (json) {
		output.printJson({error: {name, message, hint}});
	} else {
		output.remark([message, hint]);
	}

	return exitStatus(error);
}

function exitStatus(error: AppError): number {
	if (error instanceof UsageError) {
		return 2;
	}

	return error instanceof CancelledError ? 130 : 3;
}
