import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {test} from 'node:test';
import {countRecords, crashAtEveryRecord, forEachSeq, mustBeWhole} from '../../helpers/crash-at-every-record.js';
import {FakeDeployment} from '../../helpers/fake-deployment.js';
import {SimulatedCrash} from '../../helpers/fake-world.js';
import {type StagedDeployment, stagedDeployment, stagingBucketName} from '../../helpers/staged-deployment.js';

test('a crash between any effect and its record is resumed, with every effect once, all results and no staged input left', async t => {
	const jobs: StagedDeployment[] = [];
	await crashAtEveryRecord(t, 'before', of => {
		const staged = stagedDeployment(of, {leastBytes: 1});
		jobs.push(staged);
		return staged.job;
	});
	for (const {store, job} of jobs) {
		const isMade = (await store.bucketState(stagingBucketName)) === 'ours';
		assert.deepEqual(isMade ? await store.list(stagingBucketName, '') : [], []);
		assert.ok(store.calls.filter(call => call.startsWith('put')).length <= 1, store.calls.join());
		assert.match(job.world.instance('Slave', 2).files.get('/root/shared') ?? '', /^fetched from /);
	}
});

test('a resumed deployment may crash again, and again', async t => {
	const last = await countRecords(t);
	await forEachSeq(5, async part => {
		const job = new FakeDeployment(t);
		for (let seq = 7 * part; seq < last * 2; seq += 17 + part) {
			await job.run({crash: {seq, when: seq % 2 ? 'before' : 'after'}}).catch(() => undefined);
		}

		await job.run();
		mustBeWhole(job);
	});
});

test('SHA256SUMS of a deployment that crashed in the middle of collecting is accepted by sha256sum', async t => {
	const job = new FakeDeployment(t);
	let seq = 0;
	await new FakeDeployment(t).run({
		onRecord(record) {
			seq ||= record.kind === 'step' && record.step === 'download' && record.mark === 'finished' ? record.seq : 0;
		},
	});
	await assert.rejects(job.run({crash: {seq, when: 'before'}}), SimulatedCrash);
	await job.run();
	execFileSync('sha256sum', ['-c', '--strict', '--quiet', 'SHA256SUMS'], {cwd: job.folder});
});
