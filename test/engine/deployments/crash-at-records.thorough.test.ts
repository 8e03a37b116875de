import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {test} from 'node:test';
import {countRecords, crashAtEveryRecord, forEachSeq, mustBeWhole} from '../../helpers/crash-at-every-record.js';
import {FakeDeployment} from '../../helpers/fake-deployment.js';
import {SimulatedCrash} from '../../helpers/fake-world.js';

test('a crash between any effect and its record is resumed, with every effect once and all results', async t => {
	await crashAtEveryRecord(t, 'before');
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
