import assert from 'node:assert/strict';
import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import type {JobSummary} from '../../source/actions/d2cm.js';
import {writeDeployment} from '../../source/engine/deployments/deployment-file.js';
import type {JournalEntry} from '../../source/engine/jobs/journal.js';
import {jobPaths} from '../../source/store/paths.js';
import {callHere} from '../helpers/call-here.js';
import {homeWithTemplate} from '../helpers/home-with-template.js';
import {sampleDeployment} from '../helpers/sample-deployment.js';

const hour = 3_600_000;
const owner: JournalEntry = {kind: 'owner', pid: 1, version: '1.0.0'};
const reserving: JournalEntry = {kind: 'step', step: 'reserve', mark: 'started', subject: 'Master'};
const reserved: JournalEntry = {
	kind: 'step',
	step: 'reserve',
	mark: 'finished',
	subject: 'Master',
	data: {instances: ['i-1']},
};
const end: JournalEntry = {kind: 'end', state: 'COMPLETED'};

/** A deployment at 0.25 USD an hour whose journal has these entries, each so many hours ago. */
async function withJournal(
	t: TestContext,
	entries: ReadonlyArray<readonly [hoursAgo: number, JournalEntry]>,
	hourlyUsd: number | null = 0.25,
) {
	const home = await homeWithTemplate(t);
	const deployment = sampleDeployment();
	const roles = deployment.roles
		.filter(({name}) => name === 'Master')
		.map(role => ({...role, hourlyUsd: hourlyUsd ?? undefined}));
	const folder = join(home, 'deployments', deployment.template, deployment.id);
	await mkdir(folder, {recursive: true});
	await writeDeployment(folder, {...deployment, roles});
	const now = Date.now();
	const lines = entries.map(([hoursAgo, entry], index) =>
		JSON.stringify({...entry, seq: index + 1, at: new Date(now - hoursAgo * hour).toISOString()}),
	);
	await writeFile(jobPaths(folder).journal, lines.map(line => `${line}\n`).join(''));
	const [job] = JSON.parse((await callHere(home, ['status', '--json'])).stdout) as JobSummary[];
	assert.ok(job);
	return {
		home,
		folder,
		id: job.id,
		job,
		text: (await callHere(home, ['status'])).stdout,
		one: (await callHere(home, ['status', job.id])).stdout,
	};
}

test('status tells size, duration and cost of a run that has ended, whenever it is asked', async t => {
	const {job, text, one} = await withJournal(t, [
		[50, owner],
		[50, reserving],
		[49, reserved],
		[47, owner],
		[46, end],
	]);
	assert.deepEqual([job.problemSize, job.durationSeconds, job.costUsd], [42, 4 * 3600, 0.75]);
	assert.match(text, /NAME +CLOUD +SIZE +MADE +TOOK +COST +STATE\n.* 42 .* 4 h 00 min +\$0\.75 +COMPLETED/);
	assert.match(one, /Problem size +42\nDuration +4 h 00 min\nCost +\$0\.75\n/);
});

test('of a run that is resumed, status counts all of its processes, from the journal', async t => {
	const {job} = await withJournal(t, [
		[5, owner],
		[5, reserving],
		[4, reserved],
		[1, owner],
	]);
	// It is asked some moments later.
	assert.equal(Math.floor((job.durationSeconds ?? 0) / 60), 5 * 60);
	assert.equal(job.costUsd?.toFixed(3), '1.000');
});

test('a cost that is not known is never told as nothing', async t => {
	const unpriced = await withJournal(
		t,
		[
			[5, owner],
			[4, reserved],
		],
		null,
	);
	assert.equal(unpriced.job.costUsd, null);
	assert.match(unpriced.text, / unknown +/);
	const died = await withJournal(t, [
		[5, owner],
		[5, reserving],
	]);
	assert.equal(died.job.costUsd, null, 'the reservation may have got instances');
	assert.match(died.one, /Cost +unknown/);
	const unbegun = await withJournal(t, []);
	assert.deepEqual([unbegun.job.durationSeconds, unbegun.job.costUsd], [undefined, 0]);
});

test('status tells how much of its memory each node has used', async t => {
	const {home, folder, id} = await withJournal(t, [
		[5, owner],
		[1, end],
	]);
	const node = join(folder, 'monitoring', 'Master', 'i-1');
	await mkdir(node, {recursive: true});
	const mib = 1_048_576;
	const document = {
		meta: {step: 5, legend: ['memory-used', 'memory-total', 'cpu-idle']},
		data: [
			['1000', 200 * mib, 3840 * mib, 90],
			['1005', 310 * mib, 3840 * mib, 20],
		],
	};
	await writeFile(join(node, 'xport-1000-1005.json'), JSON.stringify(document));
	assert.match(
		(await callHere(home, ['status', id])).stdout,
		/^i-1 +average 45, highest 80 +average 255, highest 310 of 3840 \(9 %\) +-$/m,
	);
	const {monitoring} = JSON.parse((await callHere(home, ['status', id, '--json'])).stdout);
	assert.deepEqual(monitoring, [
		{node: 'i-1', cpu: {average: 45, highest: 80}, memory: {average: 255, highest: 310, total: 3840}},
	]);
});
