import assert from 'node:assert/strict';
import {mkdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {jobEnvironment} from '../../source/actions/job-environment.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

test('a proxy that is named now counts, however the one before it was written', async t => {
	const home = await temporaryFolder(t);
	await jobEnvironment(home, home, {https_proxy: 'http://old:1', no_proxy: '.old', TZ: 'UTC'});
	const now = await jobEnvironment(home, home, {HTTPS_PROXY: 'http://new:2', NO_PROXY: '.new'});
	assert.deepEqual(now, {HTTPS_PROXY: 'http://new:2', NO_PROXY: '.new', TZ: 'UTC'});
	assert.deepEqual(await jobEnvironment(home, home, {}), now);
});

test('jobs that are started at the same time all leave the passwords of their proxies', async t => {
	const home = await temporaryFolder(t);
	const names = Array.from({length: 6}, (_, index) => `user${index}`);
	await Promise.all(
		names.map(async name => {
			const folder = join(home, name);
			await mkdir(folder);
			await jobEnvironment(home, folder, {https_proxy: `http://${name}:pw-${name}@proxy:3128`});
		}),
	);
	assert.deepEqual(
		JSON.parse(await readFile(join(home, 'proxy-passwords.json'), 'utf8')),
		Object.fromEntries(names.map(name => [`${name}@proxy:3128`, `pw-${name}`])),
	);
});
