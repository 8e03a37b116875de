import assert from 'node:assert/strict';
import {globSync, readFileSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {join, relative} from 'node:path';
import {test} from 'node:test';
import {projectFolder} from '../../../source/engine/host/project-folder.js';
import {runProgram} from '../../../source/engine/host/run-program.js';
import {withLock} from '../../../source/engine/host/with-lock.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const source = join(projectFolder(), 'source');
/** Runs programs that others name. */
const runner = 'engine/host/run-program.ts';

/** What each file of the project runs: `qemu-img`; the file itself where the program is no constant. */
function* programsRun(): Generator<{readonly file: string; readonly program: string | undefined}> {
	for (const path of globSync(join(source, '**/*.{ts,tsx}'))) {
		const file = relative(source, path);
		const text = readFileSync(path, 'utf8');
		if (file !== runner) {
			for (const [, program] of text.matchAll(
				/\b(?:runProgram|spawn|spawnSync|execFile|execFileSync|fork)\(\s*(?:'([^']+)')?/g,
			)) {
				yield {file, program};
			}
		}
	}
}

test('every child process is in the table that says what of the outside reaches it', () => {
	const rows = readFileSync(join(projectFolder(), 'docs/child-processes.md'), 'utf8')
		.split('\n')
		.filter(line => line.startsWith('|'));
	const run = [...programsRun()];
	assert.ok(run.length > 10, 'they are found at all');
	for (const {file, program} of run) {
		const isListed = rows.some(
			row => row.includes(`\`${file}\``) && (program === undefined || row.includes(`\`${program}\``)),
		);
		assert.ok(isListed, `${file} runs ${program ?? 'a program'}`);
	}
});

test('no file runs a line of text by a shell', () => {
	for (const path of globSync(join(source, '**/*.{ts,tsx}'))) {
		assert.doesNotMatch(
			readFileSync(path, 'utf8'),
			/\bexecSync\(|\bshell: true|import \{[^}]*\bexec\b[^}]*\} from 'node:child_process'/,
			path,
		);
	}
});

test('no program that D2CM runs gets the proxies, the keys or the passwords of its environment', async t => {
	const secrets = ['https_proxy', 'ALL_PROXY', 'AWS_SECRET_ACCESS_KEY', 'GITHUB_TOKEN', 'MY_PASSWORD'];
	Object.assign(process.env, Object.fromEntries(secrets.map(name => [name, 'geheim'])), {D2CM_OF_TEST: 'plain'});
	t.after(() => {
		for (const name of [...secrets, 'D2CM_OF_TEST']) {
			delete process.env[name];
		}
	});
	const {stdout} = await runProgram('env', []);
	assert.match(stdout, /^D2CM_OF_TEST=plain$/m);
	assert.doesNotMatch(stdout, /geheim/);
});

test('whoever keeps a lock for us has no password of a proxy in its environment', async t => {
	process.env['https_proxy'] = 'http://me:geheim@proxy:3128';
	t.after(() => {
		delete process.env['https_proxy'];
	});
	const environments = await withLock(join(await temporaryFolder(t), 'lock'), async () => {
		const pids = (await readFile(`/proc/self/task/${process.pid}/children`, 'latin1')).trim().split(' ');
		return Promise.all(pids.map(async pid => readFile(`/proc/${pid}/environ`, 'latin1')));
	});
	assert.ok(environments.length > 0);
	assert.doesNotMatch(environments.join('\n'), /geheim/);
});

test('every program that is started by itself is told its environment', () => {
	const calls = globSync(join(source, '**/*.{ts,tsx}')).flatMap(path =>
		readFileSync(path, 'utf8')
			.split(/\bspawn\(/)
			.slice(1)
			// Whatever is formatted ends its statement at a line's end.
			.map(call => ({path, options: call.slice(0, call.search(/\);$/m))})),
	);
	assert.ok(calls.length > 5, 'they are found at all');
	for (const {path, options} of calls) {
		assert.match(options, /\benv\b/, relative(source, path));
	}
});
