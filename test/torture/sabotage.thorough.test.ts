import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {sabotages} from './sabotages.js';

const program = (name: string) => fileURLToPath(new URL(name, import.meta.url));

async function failures(only: string, sabotage?: string): Promise<{readonly cases: number; readonly failed: number}> {
	const hook = sabotage === undefined ? [] : ['--import', program('sabotage.js')];
	const {stdout} = await promisify(execFile)(
		process.execPath,
		[...hook, program('run-torture.js'), '--only', only, '--most', '10', '--pairs', '0', '--json'],
		{env: {...process.env, D2CM_SABOTAGE: sabotage}},
	).catch((error: {stdout: string; stderr: string}) => {
		assert.match(error.stdout, /^\{/, error.stderr);
		return error;
	});
	return JSON.parse(stdout);
}

for (const {name, only} of sabotages) {
	test(`the torture notices when ${name}`, async () => {
		const {cases, failed} = await failures(only, name);
		assert.ok(cases > 0, 'no case was run');
		assert.ok(failed > 0, `none of ${cases} cases failed`);
	});
}
