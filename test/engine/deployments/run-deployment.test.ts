import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {FakeDeployment} from '../../helpers/fake-deployment.js';

test('a deployment goes through all states, does every effect once, and leaves results and nothing else', async t => {
	const job = new FakeDeployment(t);
	assert.equal(await job.run(), 'COMPLETED');
	assert.deepEqual(job.states, [
		'LAUNCHING_INSTANCES',
		'INSTANCES_LAUNCHED',
		'ROLES_CONTEXTUALIZED',
		'ROLES_STARTED',
		'JOB_COMPLETED',
		'COLLECTING_DATA',
		'DATA_COLLECTED',
		'SHUTTING_DOWN',
		'COMPLETED',
	]);
	assert.deepEqual(job.world.effects.filter(effect => !effect.startsWith('monitor fetch')).toSorted(), [
		'Master-1 async-1',
		'Master-1 start-1',
		'Slave-1 async-1',
		'Slave-1 start-1',
		'Slave-1 start-2',
		'Slave-2 async-1',
		'Slave-2 start-1',
		'Slave-2 start-2',
		'monitor begin master-1',
		'monitor finish master-1',
		'reserve Master',
		'reserve Slave',
	]);
	assert.deepEqual(job.world.live, []);
	assert.deepEqual(job.world.prepared, []);
	for (const id of ['Slave/i-00000002', 'Slave/i-00000003']) {
		assert.equal(readFileSync(join(job.folder, id, 'root/out'), 'utf8'), 'result of slave\n');
		assert.equal(readFileSync(join(job.folder, id, 'scripts/start-2/out'), 'utf8'), 'output\n');
	}

	execFileSync('sha256sum', ['-c', '--strict', '--quiet', 'SHA256SUMS'], {cwd: job.folder});
	assert.equal(readFileSync(join(job.folder, 'SHA256SUMS'), 'utf8').trim().split('\n').length, 3 + 8);
	assert.ok(job.events.some(message => message === 'Role Master Returning true for finished test'));
	assert.ok(job.events.some(message => /^master-1 \(i-00000001\) answers by SSH, \d+\.\d s after/.test(message)));
	assert.ok(job.events.at(-1)?.endsWith(`Results are in ${job.folder}`));
});

test('every instance knows all others: addresses in order, names, keys', async t => {
	const job = new FakeDeployment(t);
	await job.run();
	for (const {files} of job.world.instances) {
		assert.equal(files.get('/tmp/d2c.context'), '10.0.0.1\n10.0.0.2\n10.0.0.3\n');
		const known = (files.get('/root/.ssh/d2cm_known_hosts') ?? '').replaceAll(/ AAAA\S+$/gm, '');
		const [all, slaves] = ['master-1,10.0.0.1,slave-1,10.0.0.2,slave-2,10.0.0.3', 'slave-1,10.0.0.2,slave-2,10.0.0.3'];
		assert.deepEqual(known.split('\n'), [
			'# BEGIN d2cm',
			'master-1,10.0.0.1 ssh-ed25519',
			'master-1,10.0.0.1 ecdsa-sha2-nistp256',
			`${all} ssh-rsa`,
			`${slaves} ssh-ed25519`,
			`${slaves} ecdsa-sha2-nistp256`,
			'# END d2cm',
			'',
		]);
		assert.match(files.get('/root/.ssh/d2cm_ed25519') ?? '', /BEGIN OPENSSH PRIVATE KEY/);
	}
});

test('keys are private files, and those that are of no use afterwards are gone', async t => {
	const job = new FakeDeployment(t);
	let mode = 0;
	await job.run({
		onRecord() {
			mode ||= existsSync(join(job.folder, 'keys/nodes')) ? statSync(join(job.folder, 'keys/nodes')).mode & 0o777 : 0;
		},
	});
	assert.equal(mode, 0o600);
	assert.equal(statSync(join(job.folder, 'pi.ABC123.pem')).mode & 0o777, 0o600);
	assert.ok(!existsSync(join(job.folder, 'keys')));
	const journal = JSON.stringify(job.records);
	assert.ok(!journal.includes('PRIVATE KEY'));
	assert.match(readFileSync(join(job.folder, 'known_hosts'), 'utf8'), /^\[127.0.0.1\]:2001 ssh-ed25519 /);
});

test('a deployment that is over is not begun again', async t => {
	const job = new FakeDeployment(t);
	await job.run();
	const {length} = job.records;
	assert.equal(await job.run(), 'COMPLETED');
	assert.equal(job.records.length, length);
});
