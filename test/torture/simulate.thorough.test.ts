import assert from 'node:assert/strict';
import {createHook} from 'node:async_hooks';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import type {JournalRecord} from '../../source/engine/jobs/journal.js';
import {seededRandom} from '../helpers/seeded-random.js';
import {experiments} from './experiments.js';
import type {Injection} from './injection.js';
import type {Outcome} from './outcome.js';
import {simulate} from './simulate.js';

async function simulated(t: TestContext, name: string, injections: readonly Injection[] = []): Promise<Outcome> {
	const folders = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'd2cm-simulate-'));
	t.after(() => rmSync(folders, {recursive: true, force: true}));
	const experiment = experiments.find(other => other.name === name);
	assert.ok(experiment);
	return simulate({deployment: experiment.deployment, injections}, seededRandom(5), folders);
}

const killBefore = (number: number): Injection => ({place: 'record', number, effect: {do: 'kill', when: 'before'}});

test('a simulated run goes the same way each time, and waits for nothing of the real world', async t => {
	const awaited = new Set<string>();
	const ofNoTime = ['Test', 'PROMISE', 'TickObject', 'Immediate', 'KEYPAIRGENREQUEST', 'RANDOMBYTESREQUEST'];
	const hook = createHook({
		init(_, type) {
			if (!ofNoTime.includes(type)) {
				awaited.add(type);
			}
		},
	}).enable();
	const first = await simulated(t, 'plain', [killBefore(40)]).finally(() => hook.disable());
	assert.deepEqual([...awaited], []);

	const again = await simulated(t, 'plain', [killBefore(40)]);
	const times = ({records}: Outcome) => records.map(({seq, at, kind}) => `${seq} ${at} ${kind}`);
	assert.deepEqual(times(again), times(first));
	assert.deepEqual(again.happened, first.happened);
});

test('missing data holds the instances once for all processes, not once for each', async t => {
	const calm = await simulated(t, 'missing');
	const held = calm.records.findIndex(record => isStep(record, 'hold'));
	const after = calm.records.slice(held).findIndex(({at}) => minutesSince(calm, at) > 15);
	assert.ok(held > 0 && after > 0);

	const killed = await simulated(t, 'missing', [killBefore(held + after), killBefore(held + after + 5)]);
	assert.deepEqual(
		killed.processes.map(({how}) => how),
		['killed', 'killed', 'ended'],
	);
	for (const outcome of [calm, killed]) {
		const failed = outcome.records.find(record => isStep(record, 'fail'));
		const minutes = minutesSince(outcome, failed?.at ?? '');
		assert.ok(minutes >= 29 && minutes <= 36, `held for ${minutes} minutes`);
	}
});

const isStep = (record: JournalRecord, step: string) => record.kind === 'step' && record.step === step;

function minutesSince({records}: Outcome, at: string): number {
	const held = records.find(record => isStep(record, 'hold'));
	return (Date.parse(at) - Date.parse(held?.at ?? '')) / 60_000;
}
