import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Deployment} from '../../../../source/engine/deployments/deployment.js';
import {runDeployment} from '../../../../source/engine/deployments/run-deployment.js';
import type {JournalEntry} from '../../../../source/engine/jobs/journal.js';
import {memoryJournal} from '../../../helpers/memory-journal.js';
import {sshdContext, sshdDeployment, sshdPlaces, sshdRoot} from '../../../helpers/sshd-deployment.js';

/** The job dies for good when this record is to be written. */
async function runUntil(root: string, deployment: Deployment, isLast: (entry: JournalEntry) => boolean): Promise<void> {
	const crash = new Error('crash');
	let died = false;
	const journal = memoryJournal([], {
		async beforeAppend(_, entry) {
			died ||= isLast(entry);
			if (died) {
				throw crash;
			}
		},
	});
	await assert.rejects(runDeployment(sshdContext(root, deployment, journal)), crash);
}

/** Each by itself. */
async function allEnded(root: string, ids: readonly string[]): Promise<void> {
	const {cloud} = sshdPlaces(root);
	for (const limit = Date.now() + 180_000; cloud.liveInstances().length > 0; await sleep(100)) {
		assert.ok(Date.now() < limit, `still alive: ${cloud.liveInstances()}`);
	}

	for (const id of ids) {
		assert.match(await readFile(join(root, 'cloud', 'instances', id, 'console.log'), 'utf8'), /^poweroff *$/m);
	}
}

test('when the headnode dies for good, every instance ends itself', async t => {
	const root = await sshdRoot(t);
	const {cloud} = sshdPlaces(root);
	const deployment = sshdDeployment(root, {
		master: {asyncScripts: ['sleep 600'], doneChecks: []},
		slave: {count: 2, asyncScripts: ['sleep 600']},
		// It counts from the boot, so a busy machine must get that far in it.
		leaseHours: 30 / 3600,
	});
	await runUntil(root, deployment, entry => entry.kind === 'state' && entry.state === 'ROLES_STARTED');
	const ids = cloud.liveInstances();
	assert.equal(ids.length, 3);
	await allEnded(root, ids);

	assert.deepEqual(
		cloud.effects().filter(({what}) => what === 'terminate'),
		[],
	);
});

test('when the headnode dies for good before it has logged in anywhere, every instance ends itself', async t => {
	const root = await sshdRoot(t);
	const {cloud} = sshdPlaces(root);
	const deployment = sshdDeployment(root, {slave: {count: 2}, leaseHours: 5 / 3600});
	await runUntil(root, deployment, entry => entry.kind === 'step' && entry.step === 'wait-for-boot');
	const ids = (await cloud.describe({tags: {'d2cm:deployment': deployment.launchKey}})).map(({id}) => id);
	assert.equal(ids.length, 3);
	await allEnded(root, ids);
});

test('a living job renews the leases on real instances, and what it says of them is in the journal', async t => {
	const root = await sshdRoot(t);
	const {cloud} = sshdPlaces(root);
	const deployment = sshdDeployment(root, {
		// Ends once a renewal was counted; were the lease not renewed, the timer would never say so.
		master: {
			asyncScripts: ['until read -r i a t </run/d2cm-lease/spent && [ -n "$t" ]; do sleep 0.2; done'],
			doneChecks: [],
		},
		slave: {
			asyncScripts: [
				// By their sessions: each has one of its own, which is also that of what it is just about to start.
				'ps -o sid= -p "$(pgrep -d, -f lease/timer)" | sort -u >/root/out/timers; cat /var/lib/d2cm/lease/limits >/root/out/limits',
			],
		},
		leaseHours: 40 / 3600,
	});
	const journal = memoryJournal();
	const state = await runDeployment(sshdContext(root, deployment, journal));
	assert.equal(state, 'COMPLETED', JSON.stringify(journal.records.at(-1)));
	const slave = (await cloud.describe({tags: {'d2cm:role': 'Slave'}}))[0]?.id ?? '';
	const out = join(root, 'job', 'Slave', slave, 'root', 'out');
	assert.match(await readFile(join(out, 'timers'), 'utf8'), /^ *\d+\n$/);
	assert.match(
		await readFile(join(out, 'limits'), 'utf8'),
		/^edition=\w+\nlease=40\nmost=340\ngrace=40\ntick=4\nbegun=[\d.]+\n$/,
	);
	assert.deepEqual(
		journal.records.flatMap(record =>
			record.kind === 'step' && record.step === 'lease' && record.mark === 'started' ? [record.data] : [],
		),
		[1, 2].map(() => ({leaseSeconds: 40, mostSeconds: 340, graceSeconds: 40})),
	);
});
