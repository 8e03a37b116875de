import assert from 'node:assert/strict';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import type {D2cm} from '../../source/actions/d2cm.js';
import {startDemo} from '../../source/actions/demo.js';
import {DemoFailedError} from '../../source/actions/demo-failed-error.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

test('what this machine lacks is said before any work of the demo is begun', async () => {
	const said: string[] = [];
	const lack = {subject: 'memory', ok: false, found: '0.3 GiB free', hint: 'Free some memory.'};
	const d2cm = {doctor: async () => [{subject: 'node', ok: true, found: 'v24.0.0'}, lack]} as unknown as D2cm;
	await assert.rejects(startDemo(d2cm, {say: line => said.push(line)}), {
		name: 'DemoFailedError',
		message: 'This machine cannot run the demo yet: memory: 0.3 GiB free.',
		hint: 'Free some memory.',
	});
	assert.deepEqual(said, []);
});

const able = {doctor: async () => []} as unknown as D2cm;

test('what only the making of the sample desktop lacks is said before any work, too: programs, a place, room to run', async t => {
	const before = {...process.env};
	t.after(() => {
		process.env = before;
	});
	const folder = await temporaryFolder(t);
	await writeFile(join(folder, 'file'), '');
	const said: string[] = [];
	const refused = async (changes: NodeJS.ProcessEnv, message: RegExp, hint: RegExp) => {
		process.env = {...before, ...changes};
		await assert.rejects(startDemo(able, {say: line => said.push(line)}), (error: unknown) => {
			assert.ok(error instanceof DemoFailedError, String(error));
			assert.match(error.message, message);
			assert.match(error.hint, hint);
			return true;
		});
	};
	await refused(
		{PATH: folder},
		/^The sample desktop cannot be made here: mmdebstrap is missing\.$/,
		/^Install it: .*mmdebstrap/,
	);
	for (const name of ['XDG_CACHE_HOME', 'HOME']) {
		const rest = name === 'HOME' ? {XDG_CACHE_HOME: ''} : {};
		await refused(
			{...rest, [name]: 'relative'},
			/^HOME or XDG_CACHE_HOME is empty or no whole path, so the sample desktop has no place\.$/,
			/^Set XDG_CACHE_HOME to /,
		);
		await refused(
			{...rest, [name]: join(folder, 'file')},
			/^\/.*\/file.* cannot be written by you\.$/,
			/XDG_CACHE_HOME moves the cache/,
		);
	}

	assert.deepEqual(said, []);
});
