import assert from 'node:assert/strict';
import {rm, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {FakeDeployment} from '../../helpers/fake-deployment.js';
import {SimulatedCrash} from '../../helpers/fake-world.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

async function withInput(t: TestContext): Promise<{readonly job: FakeDeployment; readonly input: string}> {
	const input = join(await temporaryFolder(t), 'input');
	await writeFile(input, '12345');
	const planned = sampleDeployment({master: {uploads: [{local: input, remote: '/root/input'}]}});
	const [master, ...roles] = planned.roles;
	assert.ok(master);
	const inputs = {files: 1, bytes: 5, modifiedAt: 1};
	const deployment = {...planned, roles: [{...master, inputs}, ...roles]};
	return {job: new FakeDeployment(t, {deployment}), input};
}

test('an upload that is gone, or leads round in a circle, ends a run before anything is reserved', async t => {
	for (const make of [async () => undefined, async (input: string) => symlink('input', input)]) {
		const {job, input} = await withInput(t);
		await rm(input);
		await make(input);
		assert.equal(await job.run(), 'FAILED');
		assert.match(job.end?.cause ?? '', /^What is to be uploaded is not all there: role Master, upload 1: .*\/input/);
		assert.deepEqual(job.world.instances, []);
	}
});

test('an upload that has changed since it was planned is said, and goes as it is', async t => {
	const {job} = await withInput(t);
	assert.equal(await job.run(), 'COMPLETED');
	assert.ok(job.events.some(event => /^What Master uploads has changed since it was planned/.test(event)));
});

test('a run that died right before it reserved looks again; one that has reserved is not given up for it', async t => {
	for (const [step, end] of [
		['check-uploads', 'FAILED'],
		['reserve', 'FAILED'],
	] as const) {
		const {job, input} = await withInput(t);
		const crash = {seq: 0, when: 'after' as const};
		await assert.rejects(
			job.run({
				crash,
				onRecord({kind, seq, ...record}) {
					const isIt = kind === 'step' && 'step' in record && record.step === step && record.mark === 'started';
					crash.seq = isIt && crash.seq === 0 ? seq + 1 : crash.seq;
				},
			}),
			SimulatedCrash,
		);
		await rm(input);
		assert.equal(await job.run(), end);
		assert.equal(/not all there/.test(job.end?.cause ?? ''), step === 'check-uploads', job.end?.cause);
		assert.deepEqual(job.world.live, []);
	}
});
