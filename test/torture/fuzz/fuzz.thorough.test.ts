import assert from 'node:assert/strict';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {boundaries} from './boundaries.js';
import {fuzz, mostMib} from './fuzz.js';

test('a cut of the fuzzers: whatever comes in from outside is taken or refused in a sentence, soon, and in little memory', async t => {
	const folders = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'd2cm-fuzz-'));
	t.after(() => rmSync(folders, {recursive: true, force: true}));
	const broken: string[] = [];
	const report = await fuzz({
		seed: 1,
		cases: 2500,
		lanes: 2,
		folders,
		onFailure: (name, problem) => broken.push(`${name}: ${problem}`),
	});
	assert.deepEqual(broken, []);
	assert.equal(Object.keys(report.boundaries).length, boundaries.length);
	assert.ok(report.cases >= 2500, `only ${report.cases} cases`);
	assert.ok(report.peakMiB < mostMib, `${report.peakMiB} MiB`);
	for (const [name, {outcomes}] of Object.entries(report.boundaries)) {
		assert.ok(Object.keys(outcomes).length > 0, `nothing came of ${name}`);
	}

	t.diagnostic(`${report.cases} cases, seed ${report.seed}, ${report.seconds} s, ${report.peakMiB} MiB`);
});
