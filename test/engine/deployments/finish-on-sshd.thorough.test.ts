import assert from 'node:assert/strict';
import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {access, readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {runDeployment} from '../../../source/engine/deployments/run-deployment.js';
import type {JournalRecord} from '../../../source/engine/jobs/journal.js';
import {jobPaths} from '../../../source/store/paths.js';
import {readJournal} from '../../../source/store/read-journal.js';
import {memoryJournal} from '../../helpers/memory-journal.js';
import {sshdContext, sshdDeployment, sshdPlaces, sshdRoot} from '../../helpers/sshd-deployment.js';

const events = (records: readonly JournalRecord[]) =>
	records.flatMap(record => (record.kind === 'event' ? [record.message] : []));

/** What lies in the one folder of a role's one instance. */
async function resultOf(folder: string, role: string, file: string): Promise<string> {
	const [id = ''] = await readdir(join(folder, role));
	return readFile(join(folder, role, id, file), 'utf8');
}

test('on real instances, a script that runs when the user ends it saves what it has, and all of that comes home', async t => {
	const root = await sshdRoot(t);
	const {folder, cloud} = sshdPlaces(root);
	const script = `trap 'echo saved >>/root/out/state; exit 3' TERM
echo begun >/root/out/state
while :; do sleep 0.1; done`;
	const deployment = sshdDeployment(root, {
		master: {
			asyncScripts: ['echo x >/root/out/facts; echo "result = 6" >/root/log'],
			downloads: ['/root/out', '/root/summary'],
		},
		slave: {asyncScripts: [script], doneChecks: [{kind: 'file', path: '/root/out/never'}]},
	});
	const finish = new AbortController();
	const journal = memoryJournal([], {
		async afterAppend(_, entry) {
			if (entry.kind === 'step' && entry.step === 'node-done' && entry.mark === 'finished') {
				finish.abort(new Error('finished'));
			}
		},
	});
	const state = await runDeployment({...sshdContext(root, deployment, journal), finish: finish.signal});
	const said = events(journal.records);
	assert.equal(state, 'COMPLETED', said.join('\n'));
	assert.ok(said.includes('A script that still ran on slave-1 ended by SIGTERM.'), said.join('\n'));
	assert.ok(said.some(message => /^Not there when the user ended the run: \/root\/summary of master-1 /.test(message)));
	assert.equal(await resultOf(folder, 'Slave', 'root/out/state'), 'begun\nsaved\n');
	assert.equal(await resultOf(folder, 'Slave', 'scripts/async-1/code'), '3\n');
	// What a cancel would have dropped was measured there: two files, of eight and two bytes.
	const done = journal.records.find(
		record => record.kind === 'step' && record.step === 'node-done' && record.mark === 'finished',
	);
	assert.deepEqual(done?.kind === 'step' && [done.subject, done.data], ['master-1', {files: 2, bytes: 10}]);
	execFileSync('sha256sum', ['-c', '--strict', '--quiet', 'SHA256SUMS'], {cwd: folder});
	assert.deepEqual(cloud.liveInstances(), []);
});

test('the wish to finish outlives a process that is killed: the next one obeys it', async t => {
	const root = await sshdRoot(t);
	const {folder, cloud} = sshdPlaces(root);
	const program = fileURLToPath(new URL('../../helpers/run-sshd-job.js', import.meta.url));
	const run = async (...more: readonly string[]) =>
		once(spawn(process.execPath, [program, root, ...more], {stdio: 'ignore'}), 'exit');
	const {journal, finish} = jobPaths(folder);
	const [, signal] = await run('60');
	assert.equal(signal, 'SIGKILL');
	const before = (await readJournal(journal)).records;
	assert.ok(before.some(record => record.kind === 'state' && record.state === 'INSTANCES_LAUNCHED'));
	assert.ok(!before.some(record => record.kind === 'state' && record.state === 'COLLECTING_DATA'));
	await writeFile(finish, '');
	await run();
	const {records} = await readJournal(journal);
	const end = records.find(record => record.kind === 'end');
	assert.equal(end?.state, 'COMPLETED', events(records).join('\n'));
	assert.ok(events(records).includes('Ended by the user, results first.'));
	assert.deepEqual(cloud.liveInstances(), []);
	await access(finish);
});
