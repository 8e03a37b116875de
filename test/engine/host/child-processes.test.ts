import assert from 'node:assert/strict';
import {globSync, readFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import {test} from 'node:test';
import {projectFolder} from '../../../source/engine/host/project-folder.js';
import {runProgram} from '../../../source/engine/host/run-program.js';

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
