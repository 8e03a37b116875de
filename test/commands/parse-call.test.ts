import assert from 'node:assert/strict';
import test from 'node:test';
import {closest} from '../../source/actions/closest.js';
import type {Command} from '../../source/commands/command.js';
import {commands} from '../../source/commands/commands.js';
import {findCommand} from '../../source/commands/find-command.js';
import {commandHelp, programHelp} from '../../source/commands/help-text.js';
import {parseCall} from '../../source/commands/parse-call.js';
import {UsageError} from '../../source/engine/errors/usage-error.js';

const deploy = commands.find(({name}) => name === 'deploy') as Command;

for (const [words, message] of [
	[[], 'd2cm deploy needs TEMPLATE.'],
	[['x'], 'd2cm deploy needs --cloud NAME.'],
	[['--cloud', 'local', '--size', '1'], 'd2cm deploy needs TEMPLATE.'],
	[['x', 'y', '--cloud', 'local', '--size', '1'], 'd2cm deploy does not know what to do with y.'],
	[['x', '--cluod', 'local'], 'd2cm deploy has no option --cluod; did you mean --cloud?'],
	[['x', '-z'], 'd2cm deploy has no option -z.'],
	[['x', '--cloud'], 'The option --cloud needs a value: --cloud NAME.'],
	[['x', '--cloud', '--size', '1'], 'The option --cloud needs a value: --cloud NAME.'],
	[['x', '--cloud='], 'The option --cloud needs a value: --cloud NAME.'],
	[['x', '--yes=no'], 'The option --yes takes no value.'],
	[['x', '--cloud', 'a', '--cloud', 'b'], 'The option --cloud may be given only once.'],
	[['x', '--__proto__'], 'd2cm deploy has no option --__proto__.'],
] as const) {
	test(`deploy ${words.join(' ')}: ${message}`, () => {
		assert.throws(
			() => parseCall(deploy, words),
			(error: unknown) => error instanceof UsageError && error.message === message,
		);
	});
}

test('options are read wherever they stand, repeated ones in order, negative numbers too', () => {
	const {arguments: given, options} = parseCall(deploy, [
		'--type=Master=local.large',
		'mine',
		'--size',
		'-5',
		'--count',
		'A=1',
		'--count',
		'B=2',
		'--cloud',
		'local',
	]);
	assert.equal(given.template, 'mine');
	assert.equal(options.value('size'), '-5');
	assert.deepEqual(options.values('count'), ['A=1', 'B=2']);
	assert.deepEqual(options.values('type'), ['Master=local.large']);
	assert.equal(options.has('yes'), false);
});

test('commands are found by one word or two, and misspelt ones named', () => {
	assert.equal(findCommand(commands, ['image', 'add', 'x']).kind, 'command');
	assert.equal(findCommand(commands, ['image', '--help']).kind, 'group');
	assert.throws(() => findCommand(commands, ['stauts']), /did you mean status\?/);
	assert.throws(() => findCommand(commands, ['image', 'ad']), /did you mean image add\?/);
	assert.throws(() => findCommand(commands, ['logs', 'A1B2C3']), /did you mean events\?/);
	assert.throws(() => findCommand(commands, ['xyzzy']), /There is no command xyzzy\.$/);
});

test('a deployment is named by its ID, in small letters too, or as screens name it; other IDs are left alone', () => {
	const idOf = (name: string, ...words: readonly string[]) => {
		const command = commands.find(one => one.name === name);
		assert.ok(command);
		return parseCall(command, words).arguments.id;
	};
	assert.deepEqual(
		['A1B2C3', 'a1b2c3', 'monte-carlo.A1B2C3', 'mig-0000', 'NOSUCH1'].map(given => idOf('status', given)),
		['A1B2C3', 'A1B2C3', 'A1B2C3', 'mig-0000', 'NOSUCH1'],
	);
	assert.equal(idOf('ami register', 'ami-0a1b2c3d', '--cloud', 'sci'), 'ami-0a1b2c3d');
});

test('every command has help with an example of itself, in lines that fit any terminal', () => {
	for (const command of commands) {
		const help = commandHelp(command);
		assert.ok(command.examples.length > 0 && help.includes(`d2cm ${command.name}`), command.name);
		assert.equal(programHelp(commands).includes(`  ${command.name}`), !command.hidden, command.name);
		for (const paragraph of command.details ?? []) {
			assert.match(
				paragraph,
				/^[A-Z`][^\n]*$/,
				`${command.name}: a paragraph is whole, and breaks where the terminal ends`,
			);
		}

		for (const line of `${help}\n${programHelp(commands)}`.split('\n')) {
			assert.ok(line.length <= 80 || !line.trim().includes(' '), line);
		}
	}
});

test('only what is alike is guessed', () => {
	assert.equal(closest('deplyo', ['deploy', 'delete']), 'deploy');
	assert.equal(closest('LOCAL', ['local']), 'local');
	assert.equal(closest('temp', ['status', 'template']), 'template');
	assert.equal(closest('zz', ['deploy', 'delete']), undefined);
	assert.equal(closest('x', []), undefined);
});
