import assert from 'node:assert/strict';
import {readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {PassThrough} from 'node:stream';
import {text} from 'node:stream/consumers';
import {test} from 'node:test';
import type {D2cm} from '../../source/actions/d2cm.js';
import {commands} from '../../source/commands/commands.js';
import {standardOutput} from '../../source/commands/output.js';
import {runCommandLine} from '../../source/commands/run-command-line.js';
import {projectFolder} from '../../source/engine/host/project-folder.js';
import {shownLines} from '../../source/engine/host/terminal-text.js';
import {fakeRecords} from '../helpers/fake-data.js';
import {hostile, hostileD2cm, hostileWords} from '../helpers/hostile-d2cm.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

/** How each command is called on the made-up data, and how it ends; whoever adds a command says so here. */
const calls: Readonly<Record<string, readonly [words: readonly string[], status?: number]>> = {
	doctor: [[], 3],
	inspect: [['worker.vdi'], 3],
	'image add': [['extra', 'worker.vdi']],
	'image list': [[]],
	'image remove': [['worker']],
	'credential add': [['other', '--profile', 'work']],
	'credential import': [['eucarc']],
	'credential list': [['--profiles']],
	'credential test': [['lab', '--cloud', 'sci'], 3],
	'credential remove': [['lab']],
	'cloud add': [['far', '--kind', 'ec2', '--region', 'eu-west-1']],
	'cloud list': [['--regions', 'sci']],
	'cloud remove': [['sci']],
	'kernel list': [['sci']],
	migrate: [['worker', '--cloud', 'local', '--check']],
	'ami list': [[]],
	'ami register': [['ami-01234567', '--cloud', 'sci']],
	'ami remove': [['ami-01234567', '--cloud', 'sci']],
	'template import': [['template.yaml']],
	'template export': [['pi']],
	'template list': [[]],
	'template remove': [['pi']],
	'price list': [['sci']],
	'price set': [['sci', 'm5.large', '0']],
	deploy: [['pi', '--cloud', 'local', '--yes', '--unknown-price', '--detach']],
	change: [['OLD777', '--size', '7']],
	start: [['OLD777', '--yes', '--unknown-price', '--detach'], 3],
	status: [['ABC123']],
	events: [['OLD777']],
	'host-key list': [['ABC123']],
	'host-key accept': [['ABC123', '--all', '--yes']],
	'host-key refuse': [['ABC123', '--all']],
	finish: [['ABC123']],
	cancel: [['ABC123']],
	resume: [['DEAD99']],
	clone: [['OLD777', '--cloud', 'local', '--yes', '--unknown-price', '--detach']],
	rerun: [['OLD777', '--yes', '--unknown-price', '--detach']],
	provenance: [['OLD777']],
	delete: [['OLD777']],
	reap: [['--yes', '--kept'], 3],
	// It wants a machine that is set up.
	demo: [[], 3],
	job: [['nonsense', 'ABC123'], 2],
};

/** All that a terminal obeys, or does not show. */
const raw = /[^\P{Cc}\n]|[\u00AD\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/u;

/** Runs a command by what the program itself writes with, on a terminal that says yes to all. */
async function run(words: readonly string[], open: () => Promise<D2cm>) {
	const terminal = () => Object.assign(new PassThrough(), {isTTY: true, columns: 80});
	const streams = {stdin: terminal(), stdout: terminal(), stderr: terminal()};
	streams.stdout.on('data', (chunk: Buffer) => {
		if (chunk.includes('[y/N]')) {
			streams.stdin.write('y\n');
		}
	});
	const [stdout, stderr] = [text(streams.stdout), text(streams.stderr)];
	const output = standardOutput(streams as unknown as NodeJS.Process);
	const status = await runCommandLine(words, {commands, output, open, version: '0', show: async () => undefined});
	streams.stdout.end();
	streams.stderr.end();
	return {status, stdout: await stdout, stderr: await stderr};
}

function mustBeHarmless(
	words: readonly string[],
	{stdout, stderr}: {readonly stdout: string; readonly stderr: string},
) {
	for (const [stream, written] of Object.entries({stdout, stderr})) {
		const found = raw.exec(written);
		assert.equal(
			found,
			null,
			`${words.join(' ')}: ${JSON.stringify(found?.[0])} in ${stream}: ${JSON.stringify(written.slice((found?.index ?? 0) - 60, (found?.index ?? 0) + 20))}`,
		);
		// The lines of a script are lines of its template.
		assert.doesNotMatch(
			words.includes('export') ? '' : written,
			/^ *FALSE/m,
			`${words.join(' ')}: a false line in ${stream}`,
		);
	}
}

/** What a prompt of readline writes about the line that it is on. */
const prompt = new RegExp(String.raw`${'\u001B'}\[(?:0J|\d+G)`, 'g');
const withoutPrompt = (written: string) => written.replaceAll(prompt, '').replaceAll('\r\n', '\n');

for (const {name} of commands) {
	test(`d2cm ${name} prints nothing that acts on a terminal, whatever the world says`, async t => {
		const [given, status = 0] = calls[name] ?? assert.fail(`${name} is called nowhere`);
		const folder = await temporaryFolder(t);
		const end = {
			seq: 999,
			at: '2026-11-22T10:00:00.000Z',
			kind: 'end',
			state: 'FAILED',
			cause: 'It',
			hint: 'Mend',
			remaining: ['i-1'],
		};
		const records = hostile([...fakeRecords('deployment'), end]);
		await writeFile(join(folder, 'journal.jsonl'), records.map(record => `${JSON.stringify(record)}\n`).join(''));
		for (const file of ['eucarc', 'template.yaml', 'worker.vdi']) {
			await writeFile(join(folder, file), hostileWords);
		}

		const words = [
			...name.split(' '),
			...given.map(word => (/\.(?:yaml|vdi)$|^eucarc$/.test(word) ? join(folder, word) : word)),
		];
		for (const fails of [undefined, 'error', 'fault'] as const) {
			for (const more of [[], ['--json']]) {
				const asked = [...words, ...more];
				const told = await run(asked, async () => hostileD2cm({folder, ...(fails && {fails})}));
				assert.ok(fails || told.status === status, `${asked.join(' ')} ended with ${told.status}: ${told.stderr}`);
				mustBeHarmless(asked, {stdout: withoutPrompt(told.stdout), stderr: withoutPrompt(told.stderr)});
				if (more.length > 0) {
					for (const line of told.stdout.split('\n').filter(one => one.startsWith('{') || one.startsWith('['))) {
						JSON.parse(line);
					}
				}
			}
		}

		const typed = [...words, `--cloud=${hostileWords}`, hostileWords, `--${hostileWords}`];
		mustBeHarmless(typed, await run(typed, async () => hostileD2cm({folder})));
	});
}

test('JSON keeps what was said to the byte, though nothing of it stands there raw', async t => {
	const folder = await temporaryFolder(t);
	await writeFile(
		join(folder, 'journal.jsonl'),
		`${JSON.stringify({seq: 1, at: '2026-11-22T10:00:00.000Z', kind: 'event', level: 'info', message: hostileWords})}\n`,
	);
	const {stdout} = await run(['events', 'OLD777', '--json'], async () => hostileD2cm({folder}));
	assert.equal((JSON.parse(stdout) as {message: string}).message, hostileWords);
	assert.match(stdout, /\\u009b2J\\u202etxt.*\\u2028\\u2029.*\\u007f/);
});

test('what is made visible says what it is, and what scripts and emoji need stays', () => {
	assert.equal(
		shownLines(['a\u001B[2J\u009Bx\u202Ey\u200Bz', 'b\nc\rd\te']),
		'a\\x1B[2J\\x9Bx\\u202Ey\\u200Bz\nb\\nc\\rd    e',
	);
	for (const sound of ['👩‍🔬 ❤️', 'क्‍ष', 'می‌خواهم', 'e\u0301', '実験', 'naïve']) {
		assert.equal(shownLines(sound), sound);
	}

	assert.equal(shownLines('pa\u200Dss'), 'pa\\u200Dss', 'where nothing is to be joined it only lies');
});

test('nothing but the one writer of the command line, and Ink, writes to a terminal', async () => {
	const source = join(projectFolder(), 'source');
	const writers = ['commands/output.ts', 'commands/read-secret.ts', 'actions/run-job.ts'];
	const writing = /\bconsole\.(?!log'\)|log')\w+\(|\bstd(?:out|err)\.write\(|\bwriteSync\([12]\b|process\.stdout as/;
	for (const file of await readdir(source, {recursive: true})) {
		const lines = /\.tsx?$/.test(file) ? (await readFile(join(source, file), 'utf8')).split('\n') : [];
		const found = lines.filter(line => writing.test(line) && !isOurs(line));
		assert.ok(writers.includes(file) || found.length === 0, `${file}: ${found[0]}`);
	}
});

/** A constant, or words that have passed. */
const isOurs = (line: string) => /write\((?:'[^']*'|homeAndEraseDown)\)|shownLines\(/.test(line);
