import {closest} from '../actions/closest.js';
import {UsageError} from '../engine/errors/usage-error.js';
import type {Command} from './command.js';

export type FoundCommand =
	| {readonly kind: 'command'; readonly command: Command; readonly rest: readonly string[]}
	/** The first word of several commands, and nothing that tells which. */
	| {readonly kind: 'group'; readonly group: string; readonly commands: readonly Command[]};

/** What other programs call it. */
const otherWords: Readonly<Record<string, string>> = {
	logs: 'events',
	log: 'events',
	watch: 'events',
	follow: 'events',
	results: 'status',
	list: 'status',
	ls: 'status',
	ps: 'status',
	show: 'status',
	jobs: 'status',
	run: 'deploy',
	launch: 'deploy',
	modify: 'change',
	edit: 'change',
	stop: 'cancel',
	kill: 'cancel',
	terminate: 'cancel',
	abort: 'cancel',
	end: 'finish',
	collect: 'finish',
	continue: 'resume',
	restart: 'resume',
	rm: 'delete',
	remove: 'delete',
	orphans: 'reap',
	cleanup: 'reap',
	cost: 'provenance',
};

/** @throws {UsageError} With what was probably meant. */
export function findCommand(commands: readonly Command[], words: readonly string[]): FoundCommand {
	const [first = '', second] = words;
	const single = commands.find(({name}) => name === first);
	if (single) {
		return {kind: 'command', command: single, rest: words.slice(1)};
	}

	const group = commands.filter(({name}) => name.startsWith(`${first} `));
	if (group.length === 0) {
		const known = [...new Set(commands.filter(({hidden}) => !hidden).map(({name}) => name.split(' ')[0] ?? ''))];
		const similar = (Object.hasOwn(otherWords, first) ? otherWords[first] : undefined) ?? closest(first, known);
		throw new UsageError(`There is no command ${first}${similar === undefined ? '.' : `; did you mean ${similar}?`}`);
	}

	const command = group.find(({name}) => name === `${first} ${second}`);
	if (command) {
		return {kind: 'command', command, rest: words.slice(2)};
	}

	if (second === undefined || second.startsWith('-')) {
		return {kind: 'group', group: first, commands: group};
	}

	const subcommands = group.map(({name}) => name.slice(first.length + 1));
	const similar = closest(second, subcommands);
	throw new UsageError(
		`There is no command ${first} ${second}${similar === undefined ? '.' : `; did you mean ${first} ${similar}?`}`,
		`Choose one of: ${subcommands.map(name => `${first} ${name}`).join(', ')}.`,
	);
}
