import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdir, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const script = fileURLToPath(new URL('../../../scripts/house.mjs', import.meta.url));

/** What `house --check` says of a source that has these files with these imports. */
async function check(t: TestContext, files: Readonly<Record<string, readonly string[]>>): Promise<readonly string[]> {
	const folder = await temporaryFolder(t);
	for (const [path, imports] of Object.entries(files)) {
		const file = join(folder, 'source', path);
		await mkdir(dirname(file), {recursive: true});
		await writeFile(file, imports.map(name => `import type {Any} from '${name}';\n`).join(''));
	}

	const {stderr, status} = spawnSync(process.execPath, [script, '--check'], {cwd: folder, encoding: 'utf8'});
	assert.equal(status, 1, 'What the list says is owed is not so in this source.');
	return stderr.split('\n').filter(line => line !== '' && !line.startsWith('No longer so'));
}

test('an import from a lower wing or layer to a higher one is named', async t => {
	assert.deepEqual(
		await check(t, {
			'engine/host/low.ts': ['../jobs/high.js'],
			'engine/jobs/high.ts': ['../host/low.js'],
			'store/database.ts': ['../actions/act.js'],
			'actions/act.ts': [],
		}),
		[
			'up: engine/host -> engine/jobs',
			'    engine/host/low.ts imports engine/jobs/high.ts',
			'up: store -> actions',
			'    store/database.ts imports actions/act.ts',
			'cycle in engine: host, jobs',
		],
	);
});

test('folders side by side that reach each other, by others too, are named, and a child that knows its parent', async t => {
	assert.deepEqual(
		await check(t, {
			'engine/ssh/shell.ts': ['./keys/pair.js'],
			'engine/ssh/keys/pair.ts': ['../tasks/task.js', '../shell.js'],
			'engine/ssh/tasks/task.ts': ['../transfer/tar.js'],
			'engine/ssh/transfer/tar.ts': ['../keys/pair.js'],
		}),
		[
			'to its parent: engine/ssh/keys -> engine/ssh',
			'    engine/ssh/keys/pair.ts imports engine/ssh/shell.ts',
			'cycle in engine/ssh: keys, tasks, transfer',
		],
	);
});

test('a folder with more than 25 files beside each other is named, and one with 25 is not', async t => {
	const room = (name: string, size: number) =>
		Object.fromEntries(Array.from({length: size}, (_, index) => [`${name}/${index}.ts`, []]));
	assert.deepEqual(await check(t, {...room('engine/jobs', 26), ...room('engine/errors', 25)}), [
		'crowded: engine/jobs',
	]);
});
