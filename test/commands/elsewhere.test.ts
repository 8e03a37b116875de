import assert from 'node:assert/strict';
import {existsSync} from 'node:fs';
import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import type {JobSummary} from '../../source/actions/d2cm.js';
import {openD2cm} from '../../source/actions/open-d2cm.js';
import {writeDeployment} from '../../source/engine/deployments/deployment-file.js';
import {openJournal} from '../../source/store/journal-file.js';
import {jobPaths} from '../../source/store/paths.js';
import {tryLock} from '../../source/store/process-lock.js';
import {callHere} from '../helpers/call-here.js';
import {homeWithTemplate} from '../helpers/home-with-template.js';
import {simulatedHost} from '../helpers/lock-hosts.js';
import {sampleDeployment} from '../helpers/sample-deployment.js';

/** A deployment that a process on another host works on, which has the number of this one. */
async function elsewhere(t: TestContext) {
	const home = await homeWithTemplate(t);
	const deployment = sampleDeployment();
	const folder = join(home, 'deployments', deployment.template, deployment.id);
	await mkdir(folder, {recursive: true});
	await writeDeployment(folder, deployment);
	const paths = jobPaths(folder);
	const journal = await openJournal(paths.journal);
	await journal.append({kind: 'state', state: 'ROLES_STARTED'});
	await journal.close();
	const lock = await tryLock(paths.lock, {host: await simulatedHost('node2')});
	t.after(() => lock?.release());
	const signals: unknown[] = [];
	const {kill} = process;
	t.mock.method(process, 'kill', (pid: number, signal: NodeJS.Signals | 0) =>
		signal === 0 ? kill.call(process, pid, signal) : signals.push(signal),
	);
	return {home, signals, ...paths, call: async (...words: readonly string[]) => callHere(home, words)};
}

test('a job that another host works on says where, and is not resumed beside it', async t => {
	const {call, journal} = await elsewhere(t);
	const here = `process ${process.pid} on node2`;
	assert.match((await call('status')).stdout, new RegExp(`ROLES_STARTED, running in ${here}`));
	const [job] = JSON.parse((await call('status', '--json')).stdout) as readonly JobSummary[];
	assert.equal(job?.alive, true);
	assert.equal(job.elsewhere?.host, 'node2');

	const {status, stdout, stderr} = await call('resume', 'ABC123');
	assert.equal(status, 0);
	assert.match(stderr, new RegExp(`Listening for ${here}, for at most 45 s`));
	assert.match(stdout, new RegExp(`Job ABC123 is running in ${here}, which was heard of just now`));
	assert.match((await call('resume')).stdout, /No job is stopped/);
	assert.ok(existsSync(journal));
});

for (const wish of ['cancel', 'finish'] as const) {
	test(`${wish} from another host is a wish for the process that works on it, and no signal to one that has its number here`, async t => {
		const {call, signals, ...paths} = await elsewhere(t);
		const {status, stdout} = await call(wish, 'ABC123');
		assert.equal(status, 0);
		assert.match(stdout, /Job ABC123 is being ended/);
		assert.ok(existsSync(paths[wish]));
		assert.deepEqual(signals, []);
	});
}

test('it is not deleted, and what it has in a cloud is no orphan', async t => {
	const {home} = await elsewhere(t);
	const d2cm = await openD2cm(home);
	await assert.rejects(d2cm.deleteDeployment('ABC123', {results: 'keep'}), /Job ABC123 is running/);
	const [job] = await d2cm.jobs({isToBeSure: true});
	assert.equal(job?.alive, true);
});
