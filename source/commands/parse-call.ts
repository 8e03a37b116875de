import {parseArgs} from 'node:util';
import {closest} from '../actions/closest.js';
import {UsageError} from '../engine/errors/usage-error.js';
import type {ArgumentSpec, Command, OptionSpec, ParsedOptions} from './command.js';
import {globalOptions} from './global-options.js';

export type ParsedCall = {
	readonly arguments: Readonly<Record<string, string | undefined>>;
	readonly options: ParsedOptions;
};

/**
Checks what was written after a command against its table.

@throws {UsageError} Naming the first thing that is wrong.
*/
export function parseCall(command: Command, words: readonly string[]): ParsedCall {
	const specs: Readonly<Record<string, OptionSpec>> = {...command.options, ...globalOptions};
	const hint = `Run \`d2cm ${command.name} --help\` to see how it is used.`;
	const {tokens} = parseArgs({
		args: [...words],
		strict: false,
		allowPositionals: true,
		tokens: true,
		options: Object.fromEntries(
			Object.entries(specs).map(([name, {value}]) => [
				name,
				{type: value === undefined ? 'boolean' : 'string', ...(name === 'help' && {short: 'h'})} as const,
			]),
		),
	});

	const given = new Map<string, string[]>();
	const positionals: string[] = [];
	for (const token of tokens) {
		if (token.kind === 'positional') {
			positionals.push(token.value);
		} else if (token.kind === 'option') {
			const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
			if (!spec) {
				throw unknownOption(command, token.rawName, Object.keys(specs), hint);
			}

			checkValue(token.rawName, spec, token.value, given.has(token.name), hint);
			given.set(token.name, [...(given.get(token.name) ?? []), token.value ?? '']);
		}
	}

	const named = given.has('help') ? {} : nameArguments(command, positionals, hint);
	for (const [name, {required, value}] of Object.entries(specs)) {
		if (required && !given.has(name) && !given.has('help')) {
			throw new UsageError(`d2cm ${command.name} needs --${name} ${value}.`, hint);
		}
	}

	return {
		arguments: named,
		options: {
			has: name => given.has(name),
			value: name => given.get(name)?.at(-1),
			values: name => given.get(name) ?? [],
		},
	};
}

function unknownOption(command: Command, rawName: string, known: readonly string[], hint: string): UsageError {
	const similar = closest(rawName.replace(/^-+/, ''), known);
	const guess = similar === undefined ? '' : `; did you mean --${similar}?`;
	return new UsageError(`d2cm ${command.name} has no option ${rawName}${guess || '.'}`, hint);
}

function checkValue(
	rawName: string,
	{value: placeholder, multiple}: OptionSpec,
	value: string | undefined,
	isRepeated: boolean,
	hint: string,
): void {
	if (placeholder === undefined && value !== undefined) {
		throw new UsageError(`The option ${rawName} takes no value.`, hint);
	}

	if (placeholder !== undefined && (value === undefined || value === '' || value.startsWith('--'))) {
		throw new UsageError(`The option ${rawName} needs a value: ${rawName} ${placeholder}.`, hint);
	}

	if (isRepeated && !multiple && placeholder !== undefined) {
		throw new UsageError(`The option ${rawName} may be given only once.`, hint);
	}
}

/** Of a deployment, also as screens and events name it (`pi.A1B2C3`), and in small letters. */
const idOf = (given: string | undefined): string | undefined =>
	/^(?:[\w-]+\.)?([A-Z0-9]{6})$/i.exec(given ?? '')?.[1]?.toUpperCase() ?? given;

function nameArguments(
	{name, arguments: specs = []}: Command,
	given: readonly string[],
	hint: string,
): Readonly<Record<string, string | undefined>> {
	const missing = specs.find((spec: ArgumentSpec, index) => !spec.optional && (given[index] ?? '') === '');
	if (missing) {
		throw new UsageError(`d2cm ${name} needs ${missing.name}.`, hint);
	}

	const extra = given[specs.length];
	if (extra !== undefined) {
		throw new UsageError(`d2cm ${name} does not know what to do with ${extra}.`, hint);
	}

	return Object.fromEntries(
		specs.map((spec, index) => [spec.name.toLowerCase(), spec.name === 'ID' ? idOf(given[index]) : given[index]]),
	);
}
