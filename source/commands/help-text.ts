import type {Command, OptionSpec} from './command.js';
import {globalOptions} from './global-options.js';
import {explained, wrapExample, wrapWords} from './wrap-words.js';

/** Of the whole program. */
export function programHelp(commands: readonly Command[]): string {
	const shown = commands.filter(({hidden}) => !hidden);
	return [
		...wrapWords(
			'D2CM moves a desktop virtual machine to the cloud, runs the experiment there and brings the results home.',
		),
		'',
		'Usage: d2cm [COMMAND] [OPTIONS]',
		'Without a command, d2cm shows itself on the whole terminal.',
		'',
		'Commands:',
		explained(shown.map(command => [`  ${synopsis(command)}`, command.summary])),
		'',
		'Options of every command:',
		optionLines({...globalOptions, version: {help: 'show the version'}}),
		'',
		'Examples:',
		'  d2cm inspect worker.vdi',
		'  d2cm image add worker worker.vdi',
		'  d2cm migrate worker --cloud local',
		'  d2cm deploy monte-carlo --cloud local --size 1000000',
		'',
		...wrapWords(
			'Exit status: 0 done, 1 an error in D2CM itself, 2 wrong usage, 3 something you can mend, 130 cancelled.',
		),
		'D2CM_HOME is the data folder; without it ~/.d2c is used.',
	].join('\n');
}

/** Of commands that share their first word: `image`. */
export function groupHelp(group: string, commands: readonly Command[]): string {
	return [
		`Usage: d2cm ${group} COMMAND`,
		'',
		explained(commands.map(command => [`  ${synopsis(command)}`, command.summary])),
		'',
		`Run \`d2cm ${group} COMMAND --help\` for more.`,
	].join('\n');
}

export function commandHelp(command: Command): string {
	const {summary, details = [], options = {}, examples} = command;
	return [
		`${summary}.`,
		'',
		`Usage: d2cm ${synopsis(command)}${Object.keys(options).some(name => !options[name]?.required) ? ' [OPTIONS]' : ''}`,
		...details.flatMap(paragraph => ['', ...wrapWords(paragraph)]),
		'',
		'Options:',
		optionLines({...options, ...globalOptions}),
		'',
		'Examples:',
		...examples.map(example => wrapExample(example)),
	].join('\n');
}

/** Name, arguments and what is required. */
export function synopsis({name, arguments: specs = [], options = {}}: Command): string {
	const required = Object.entries(options).filter(([, option]) => option.required);
	return [
		name,
		...specs.map(spec => (spec.optional ? `[${spec.name}]` : spec.name)),
		...required.map(([option, {value}]) => `--${option} ${value}`),
	].join(' ');
}

function optionLines(options: Readonly<Record<string, OptionSpec>>): string {
	return explained(
		Object.entries(options).map(([name, {value, help, multiple}]) => [
			`  --${name}${value === undefined ? '' : ` ${value}`}`,
			multiple ? `${help}; may be given more than once` : help,
		]),
	);
}
