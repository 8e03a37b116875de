import assert from 'node:assert/strict';
import {existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {runProgram} from '../../../source/engine/host/run-program.js';
import {FakeDeployment} from '../../helpers/fake-deployment.js';
import type {Trouble} from '../../helpers/fake-world.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';

type Changes = Parameters<typeof sampleDeployment>[0];

async function runWith(t: TestContext, {trouble, ...changes}: {trouble?: Trouble} & Changes): Promise<FakeDeployment> {
	const job = new FakeDeployment(t, {deployment: sampleDeployment(changes), ...(trouble && {trouble})});
	await job.run();
	return job;
}

function mustHaveFailed(job: FakeDeployment, cause: RegExp): void {
	assert.equal(job.end?.state, 'FAILED');
	assert.match(job.end?.cause ?? '', cause);
	assert.ok(job.end?.hint);
	assert.equal(job.end?.remaining, undefined);
	assert.deepEqual(job.world.live, []);
	assert.deepEqual(job.world.prepared, []);
}

test('a template that collects by way of .. gets it below its instance, not in the place of the journal', async t => {
	const path = '/../../journal.jsonl';
	const job = await runWith(t, {
		master: {asyncScripts: [`write ${path} forged\nwrite /root/done yes`], doneChecks: [], downloads: [path]},
	});
	assert.equal(job.end?.state, 'COMPLETED');
	assert.equal(existsSync(join(job.folder, 'journal.jsonl')), false);
	assert.equal(readFileSync(join(job.folder, 'Master/i-00000001/journal.jsonl'), 'utf8').trim(), 'forged');
});

test('an instance with an id that leads out of the folder brings its results below it', async t => {
	const outside = `d2cm-outside-${process.pid}`;
	const job = new FakeDeployment(t, {
		deployment: sampleDeployment({holdMinutes: 0}),
		trouble: {ids: {1: `../../${outside}`}},
	});
	t.after(() => rmSync(join(job.folder, '..', outside), {recursive: true, force: true}));
	await job.run();
	assert.equal(existsSync(join(job.folder, '..', outside)), false);
	assert.equal(job.end?.state, 'COMPLETED');
	assert.ok(existsSync(join(job.folder, 'Master', `%2E%2E%2F%2E%2E%2F${outside}`, 'root/out')));
});

test('what does not fit as a whole is not reserved in part', async t => {
	const job = await runWith(t, {trouble: {refuseCapacity: true}});
	mustHaveFailed(job, /room for 1 instance and 3 were asked for/);
	assert.deepEqual(job.world.effects, []);
});

test('all roles or nothing: a partial reservation is released when another role is refused', async t => {
	const job = await runWith(t, {trouble: {refuseRoles: ['Slave']}});
	mustHaveFailed(job, /No room for 2 x test.small/);
	assert.deepEqual(job.world.effects, ['reserve Master']);
});

test('an instance that dies while pending is replaced', async t => {
	const job = await runWith(t, {trouble: {dieAtStart: [3]}});
	assert.equal(job.end?.state, 'COMPLETED');
	assert.equal(job.world.instances.length, 4);
	assert.ok(existsSync(join(job.folder, 'Slave/i-00000004/root/out')));
	assert.ok(job.events.some(message => message.startsWith('slave-2 (i-00000003) died before it had booted: ')));
	assert.equal(job.world.instances[3]?.userData, job.world.instances[1]?.userData, 'with the host keys of its role');
	assert.deepEqual(job.world.live, []);
});

test('an instance that dies while pending like the one it replaces ends the wait at once, with its last console lines', async t => {
	const job = await runWith(t, {trouble: {dieAtStart: [3, 4]}});
	mustHaveFailed(
		job,
		/slave-2 \(i-00000004\) is gone: the cloud says terminated \(Server.InsufficientInstanceCapacity\)/,
	);
	assert.ok(job.events.includes('Last console lines of slave-2:\nGRUB loading\nkernel panic on i-00000004'));
	assert.equal(job.end?.hint, 'Look at its last console lines among the events, then deploy again.');
});

test('the wait for an sshd that never comes has a limit', async t => {
	const job = await runWith(t, {trouble: {withoutSsh: [2]}});
	mustHaveFailed(job, /slave-1 could not be reached by SSH within 600 s \(.*connection refused/);
	assert.ok(job.events.some(message => message.includes('kernel panic on i-00000002')));
});

test('a start script that fails ends the run, named whole, and what there is comes home first', async t => {
	const job = await runWith(t, {
		slave: {startScripts: ['write /root/out early', 'exit 3'], downloads: ['/root/out', '/root/none']},
	});
	mustHaveFailed(
		job,
		/^On slave-[12] \(role Slave\) the script `exit 3` ended with exit code 3\. Its last errors: about to exit with 3\.$/,
	);
	assert.ok(!job.world.effects.includes('Master-1 async-1'), 'an async script ran');
	assert.equal(readFileSync(join(job.folder, 'Slave/i-00000002/root/out'), 'utf8'), 'early\n');
	assert.equal(readFileSync(join(job.folder, 'Slave/i-00000003/scripts/start-1/out'), 'utf8'), 'output\n');
	assert.ok(
		job.events.some(
			message => message.startsWith('Not all data was there after the failure: ') && message.includes('/root/none'),
		),
	);
	assert.deepEqual(job.states.slice(-3), ['COLLECTING_DATA', 'SHUTTING_DOWN', 'FAILED']);
});

test('an async script that exits with an error is seen before its done file ever comes', async t => {
	const job = await runWith(t, {master: {asyncScripts: ['exit 7']}});
	mustHaveFailed(
		job,
		/On master-1 \(role Master\) the script `exit 7` ended with exit code 7 and there is no \/root\/done/,
	);
});

test('a done check that holds counts more than the exit code of the script', async t => {
	const job = await runWith(t, {
		master: {asyncScripts: ['write /root/log pi = 3\nwrite /root/done yes\nwrite /root/out x\nexit 1']},
	});
	assert.equal(job.end?.state, 'COMPLETED');
	assert.ok(job.events.includes('master-1 is done, though an async script ended with exit code 1.'));
});

test('a role without done checks is watched: a script of it that fails ends the run', async t => {
	const job = await runWith(t, {
		master: {asyncScripts: ['write /root/out x\nhang']},
		slave: {asyncScripts: ['exit 1']},
	});
	mustHaveFailed(job, /On slave-[12] .* ended with exit code 1/);
});

test('a run has a maximum time, and its results come home all the same', async t => {
	const job = await runWith(t, {
		master: {asyncScripts: ['write /root/out x\nhang']},
		slave: {asyncScripts: ['write /root/out x\nhang']},
		maxRunMinutes: 5,
	});
	mustHaveFailed(job, /not over after 5 minutes, its limit; master-1 was not done \(there is no \/root\/done, /);
	assert.ok(existsSync(join(job.folder, 'Slave/i-00000003/root/out')));
});

test('a start script that never ends is ended by the maximum time', async t => {
	mustHaveFailed(await runWith(t, {slave: {startScripts: ['hang']}, maxRunMinutes: 5}), /still ran a start script/);
});

test('an instance that vanishes while its script runs is seen, and the others still give what they have', async t => {
	const job = new FakeDeployment(t, {
		deployment: sampleDeployment({slave: {asyncScripts: ['write /root/out x\nhang']}}),
	});
	await job.run({
		onRecord(record) {
			if (record.kind === 'state' && record.state === 'ROLES_STARTED') {
				job.world.instance('Slave', 2).state = 'terminated';
			}
		},
	});
	mustHaveFailed(job, /slave-2 \(i-00000003\) is gone: the cloud says terminated/);
	assert.match(
		job.end?.hint ?? '',
		/^Deploy again; if it happens again, see whether your scripts switch instances off/,
	);
	assert.ok(existsSync(join(job.folder, 'Slave/i-00000002/root/out')));
});

test('after a failure too, measurements come home though other data could not be written in all of the hold time', async t => {
	const job = new FakeDeployment(t, {
		deployment: sampleDeployment({
			master: {asyncScripts: ['hang']},
			slave: {asyncScripts: ['write /root/out x\nexit 1']},
			holdMinutes: 2,
		}),
	});
	writeFileSync(join(job.folder, 'Slave'), '');
	await job.run();
	mustHaveFailed(job, /ended with exit code 1/);
	assert.equal(job.world.effects.filter(effect => effect === 'monitor finish master-1').length, 1);
});

test('one SSH error is an event and a reconnect, not the end', async t => {
	const job = new FakeDeployment(t);
	await job.run({
		onRecord(record) {
			if (record.kind === 'step' && record.step === 'node-done' && record.mark === 'started') {
				for (const instance of job.world.instances) {
					instance.refusals = 3;
				}
			}
		},
	});
	assert.equal(job.end?.state, 'COMPLETED');
	assert.ok(
		job.events.some(message =>
			/^The connection to (an instance|(master|slave)-\d) is lost: .* Trying again\.$/.test(message),
		),
	);
});

test('data that is missing holds the instances until it is there', async t => {
	const job = new FakeDeployment(t, {deployment: sampleDeployment({slave: {downloads: ['/root/late']}})});
	await job.run({
		onRecord(record) {
			if (record.kind === 'event' && record.hint?.startsWith('Log in with')) {
				assert.equal(job.world.live.length, 3);
				for (const {files} of job.world.instances) {
					files.set('/root/late', 'late');
				}
			}
		},
	});
	assert.equal(job.end?.state, 'COMPLETED');
	assert.equal(readFileSync(join(job.folder, 'Slave/i-00000002/root/late'), 'utf8'), 'late');
	const warning = job.records.find(record => record.kind === 'event' && record.level === 'warning' && record.hint);
	assert.ok(
		warning?.kind === 'event' && warning.hint?.includes(`-o UserKnownHostsFile=${job.folder}/known_hosts -p 200`),
	);
});

for (const folder of ["d2cm Ada's $HOME \\ runs-", "Ada's-", 'a"b-']) {
	test(`the ssh command of that hint may be copied where the data folder is called ${folder}`, async t => {
		const deployment = sampleDeployment({slave: {downloads: ['/root/late']}});
		const job = new FakeDeployment(t, {deployment, folder});
		let command = '';
		await job.run({
			onRecord(record) {
				command ||= (record.kind === 'event' && /`ssh (.+?)` and put it there/.exec(record.hint ?? '')?.[1]) || '';
				if (command !== '') {
					for (const {files} of job.world.instances) files.set('/root/late', 'late');
				}
			},
		});
		// What ssh takes it for, without connecting.
		const {stdout} = await runProgram('sh', ['-c', `ssh -G -F none ${command}`]);
		const fields = new Map(stdout.split('\n').map(line => [line.split(' ', 1)[0], line.slice(line.indexOf(' ') + 1)]));
		assert.equal(fields.get('user'), 'root');
		assert.equal(fields.get('identityfile'), join(job.folder, `${job.deployment.launchKey}.pem`));
		assert.equal(fields.get('userknownhostsfile'), join(job.folder, 'known_hosts'));
	});
}

test('after a failure too, data that cannot be written here holds the instances until it can', async t => {
	const job = new FakeDeployment(t, {
		deployment: sampleDeployment({
			master: {asyncScripts: ['write /root/out x\nhang']},
			slave: {asyncScripts: ['write /root/out x\nexit 1'], downloads: ['/root/out']},
		}),
	});
	// Where the folder of the role should be there is a file: nothing can be written, as on a full disk.
	const inTheWay = join(job.folder, 'Slave');
	writeFileSync(inTheWay, '');
	let living = 0;
	await job.run({
		onRecord(record) {
			if (record.kind === 'event' && record.hint?.startsWith('Mend what it says')) {
				living = job.world.live.length;
				rmSync(inTheWay);
			}
		},
	});
	assert.equal(living, 3, 'no instance was ended before its data was here');
	mustHaveFailed(job, /ended with exit code 1/);
	assert.equal(readFileSync(join(job.folder, 'Slave/i-00000002/root/out'), 'utf8'), 'x\n');
	assert.equal(readFileSync(join(job.folder, 'Slave/i-00000003/root/out'), 'utf8'), 'x\n');
});

test('data that stays missing fails the run when the hold time is over, and says what is missing', async t => {
	const job = await runWith(t, {slave: {downloads: ['/root/out', '/root/never']}, holdMinutes: 2});
	mustHaveFailed(
		job,
		/^Data that was to be collected is missing, and the hold time of 2 minutes is over: \/root\/never of slave-1 \(There is no \/root\/never on slave-1\.\); /,
	);
	assert.ok(existsSync(join(job.folder, 'Slave/i-00000002/root/out')));
	assert.ok(job.world.effects.includes('monitor finish master-1'), 'the measurements come home all the same');
});

test('instances that cannot be ended are said at the end of a run that was fine otherwise', async t => {
	const job = await runWith(t, {trouble: {immortal: [1]}});
	assert.equal(job.end?.state, 'FAILED');
	assert.deepEqual(job.end?.remaining, ['instance i-00000001 (test.small, running)']);
});

test('a key pair that cannot be removed is said too', async t => {
	const job = await runWith(t, {trouble: {refuseCleanUp: true}});
	assert.deepEqual(job.end?.remaining, ['key pair and network of pi.ABC123']);
});

test('a fault of ours in the middle still releases everything', async t => {
	const job = await runWith(t, {
		trouble: {
			beforeReserve(role) {
				if (role === 'Slave') {
					throw new TypeError('undefined is not a function');
				}
			},
		},
	});
	mustHaveFailed(job, /undefined is not a function/);
});
