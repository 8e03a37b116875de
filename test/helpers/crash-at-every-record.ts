import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {TestContext} from 'node:test';
import {FakeDeployment} from './fake-deployment.js';
import {SimulatedCrash} from './fake-world.js';

const scripts = ['Master-1 start-1', 'Master-1 async-1', 'Slave-1 start-1', 'Slave-1 start-2', 'Slave-2 async-1'];

export function mustBeWhole(job: FakeDeployment): void {
	assert.equal(job.end?.state, 'COMPLETED');
	assert.deepEqual(job.world.live, [], 'instances are left');
	assert.deepEqual(job.world.prepared, [], 'the key pair is left');
	assert.equal(job.world.instances.length, 3, 'more was reserved than asked for');
	for (const script of scripts) {
		assert.equal(job.world.effects.filter(effect => effect === script).length, 1, `${script} did not run once`);
	}

	for (const id of ['Master/i-00000001', 'Slave/i-00000002', 'Slave/i-00000003']) {
		assert.match(readFileSync(join(job.folder, id, 'root/out'), 'utf8'), /^result of/);
	}

	assert.equal(readFileSync(join(job.folder, 'SHA256SUMS'), 'utf8').trim().split('\n').length, 11);
	assert.equal(new Set(job.states).size, job.states.length, 'a state was entered twice');
}

const plain = (t: TestContext): FakeDeployment => new FakeDeployment(t);

/** How many records a deployment writes that meets no trouble. */
export async function countRecords(t: TestContext, make = plain): Promise<number> {
	const job = make(t);
	await job.run();
	return job.records.length;
}

/** Some at once: they mostly wait. */
export async function forEachSeq(last: number, check: (seq: number) => Promise<void>): Promise<void> {
	const seqs = Array.from({length: last}, (_, index) => index + 1);
	const worker = async () => {
		for (let seq = seqs.shift(); seq !== undefined; seq = seqs.shift()) {
			await check(seq);
		}
	};
	await Promise.all(Array.from({length: 8}, worker));
}

/** Kills the process at each record in turn; the next one must bring all to its end. */
export async function crashAtEveryRecord(t: TestContext, when: 'before' | 'after', make = plain): Promise<void> {
	const count = await countRecords(t, make);
	let crashes = 0;
	await forEachSeq(count, async seq => {
		const job = make(t);
		try {
			await job.run({crash: {seq, when}});
			// News of a slow boot are not the same in number every time: this run was over before.
			assert.ok(job.records.length < seq, `record ${seq} did not crash`);
		} catch (error) {
			assert.ok(error instanceof SimulatedCrash, `record ${seq}: ${error}`);
			crashes++;
			await job.run();
		}

		try {
			mustBeWhole(job);
		} catch (error) {
			throw new Error(`after a crash ${when} record ${seq}, ${JSON.stringify(job.records[seq - 1])}`, {cause: error});
		}
	});
	assert.ok(crashes > count * 0.9, `only ${crashes} of ${count} runs crashed`);
}
