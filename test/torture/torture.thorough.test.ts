import assert from 'node:assert/strict';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {torture} from './torture.js';

test('a cut of the torture: nothing leaks, nothing is lost, every end is true, whatever strikes', async t => {
	const folders = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'd2cm-torture-'));
	t.after(() => rmSync(folders, {recursive: true, force: true}));
	const broken: string[] = [];
	const {cases, families, seed} = await torture({
		seed: 1,
		pairs: 60,
		folders,
		most: 110,
		onFailure: (name, problems) => broken.push(`${name}: ${problems.join('; ')}`),
	});
	assert.deepEqual(broken, []);
	assert.ok(cases >= 110, `only ${cases} cases`);
	assert.equal(Object.keys(families).length, 35);
	t.diagnostic(`${cases} cases, seed ${seed}`);
});
