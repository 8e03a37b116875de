import assert from 'node:assert/strict';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {FakeDeployment} from '../../helpers/fake-deployment.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';

type Changes = Parameters<typeof sampleDeployment>[0];

const make = (t: TestContext, changes: Changes) => new FakeDeployment(t, {deployment: sampleDeployment(changes)});

/** Where no role has a done check. */
const unchecked = {doneChecks: []};

const isAwaited = ({records}: FakeDeployment) =>
	records.some(record => record.kind === 'step' && record.step === 'await-check');

const eventsWith = (job: FakeDeployment, part: string) =>
	job.records.flatMap(record => (record.kind === 'event' && record.message.includes(part) ? [record] : []));

test('a script that hands its work on and ends with 0 ends nothing: the done check is waited for, which is said once', async t => {
	const job = make(t, {master: {asyncScripts: ['write /root/log pi = 3\nwrite /root/out x']}});
	let looks = 0;
	let asked = 0;
	const {process} = job.world;
	job.world.process = mustLive => {
		const {tasks, cloud, ...rest} = process.call(job.world, mustLive);
		return {
			...rest,
			cloud: {
				...cloud,
				async describe(filter) {
					// Asked every five seconds, so the batch system gets to it after two minutes.
					looks += isAwaited(job) ? 1 : 0;
					if (looks === 24) {
						job.world.instance('Master', 1).files.set('/root/done', 'yes\n');
					}

					return cloud.describe(filter);
				},
			},
			tasks: {
				...tasks,
				async status(shell, ids) {
					asked++;
					return tasks.status(shell, ids);
				},
			},
		};
	};
	await job.run();
	assert.equal(job.end?.state, 'COMPLETED');
	assert.ok(looks >= 24, `it was over after ${looks} looks`);
	const [said, ...more] = eventsWith(job, 'have ended, and there is no /root/done: that is waited for');
	assert.deepEqual(more, []);
	assert.equal(said?.level, 'info');
	assert.match(
		said?.message ?? '',
		/^The async scripts of master-1 .* until the run has lasted 60 minutes, its limit\.$/,
	);
	assert.match(said?.hint ?? '', /d2cm cancel ABC123/);
	assert.ok(asked < 20, `scripts that had ended were asked for ${asked} times`);
});

test('a done check that never holds is waited for as long as the run may take, and the end names it', async t => {
	const job = make(t, {master: {asyncScripts: ['write /root/done yes']}, maxRunMinutes: 5});
	await job.run();
	assert.equal(job.end?.state, 'FAILED');
	assert.match(
		job.end?.cause ?? '',
		/not over after 5 minutes, its limit; master-1 was not done \(no line of \/root\/log matches \/\^pi = 3\/\)/,
	);
});

test('a role without a check is not waited for where another one has some', async t => {
	const job = make(t, {slave: {asyncScripts: ['write /root/out result of slave\nhang']}});
	await job.run();
	assert.equal(job.end?.state, 'COMPLETED');
	assert.ok(existsSync(join(job.folder, 'Slave/i-00000003/root/out')));
	assert.equal(
		eventsWith(
			job,
			'The run is over when Master has /root/done and a line like /^pi = 3/ in /root/log; Slave is not waited for.',
		).length,
		1,
	);
});

test('where no role has a check, the ends of the async scripts are waited for', async t => {
	const job = make(t, {master: unchecked, slave: {asyncScripts: ['write /root/out x\nhang']}});
	await job.run({
		onRecord(record) {
			if (record.kind === 'step' && record.step === 'node-done' && record.mark === 'finished') {
				assert.equal(record.subject === 'master-1' || !job.world.instance('Slave', 1).tasks.get('async-1')?.code, true);
				for (const index of [1, 2]) {
					const task = job.world.instance('Slave', index).tasks.get('async-1');
					if (task) {
						task.code = 0;
					}
				}
			}
		},
	});
	assert.equal(job.end?.state, 'COMPLETED');
	assert.equal(
		eventsWith(job, 'No role has a done check: the run is over when all async scripts have ended.').length,
		1,
	);
	const done = job.records.filter(record => record.kind === 'step' && record.step === 'node-done');
	assert.equal(done.length, 6);
});

test('where no role has a check, an async script that fails ends the run', async t => {
	const job = make(t, {master: unchecked, slave: {asyncScripts: ['write /root/out x\nexit 4']}});
	await job.run();
	assert.equal(job.end?.state, 'FAILED');
	assert.match(job.end?.cause ?? '', /On slave-[12] .* ended with exit code 4/);
	assert.ok(existsSync(join(job.folder, 'Slave/i-00000003/root/out')));
});

test('a role may have it that its scripts fail: each is a warning with its last output, said once, and the check decides', async t => {
	const job = make(t, {
		master: {
			startScripts: ['exit 5', 'write /root/ready yes'],
			asyncScripts: ['exit 3', 'write /root/log pi = 3\nwrite /root/out x'],
			onScriptError: 'continue',
		},
	});
	await job.run({
		onRecord(record) {
			if (record.kind === 'step' && record.step === 'await-check') {
				job.world.instance('Master', 1).files.set('/root/done', 'yes\n');
			}
		},
	});
	assert.equal(job.end?.state, 'COMPLETED');
	assert.equal(job.world.instance('Master', 1).files.get('/root/ready'), 'yes\n');
	for (const code of [5, 3]) {
		const [warning, ...more] = eventsWith(
			job,
			`ended with exit code ${code}. Its last errors: about to exit with ${code}.`,
		);
		assert.deepEqual(more, []);
		assert.equal(warning?.level, 'warning');
		assert.match(warning?.hint ?? '', /onScriptError: continue/);
	}
});

test('where no role has a check, a script that may fail has ended all the same', async t => {
	const job = make(t, {
		master: unchecked,
		slave: {asyncScripts: ['write /root/out x\nexit 4'], onScriptError: 'continue'},
	});
	await job.run();
	assert.equal(job.end?.state, 'COMPLETED');
	assert.equal(eventsWith(job, 'ended with exit code 4').length, 2);
});

test('scripts that are not waited for and fail because the run is over do not make it fail', async t => {
	const job = make(t, {
		master: {asyncScripts: ['append /root/log pi = 3\nwrite /root/out x\nhang']},
		slave: {asyncScripts: ['write /root/out x\nhang']},
	});
	await job.run({
		onRecord(record) {
			// The master is done, and ends its slaves, which is seen first.
			if (record.kind === 'event' && record.message.startsWith('The run is over when')) {
				setTimeout(() => {
					job.world.instance('Master', 1).files.set('/root/done', 'yes\n');
					for (const index of [1, 2]) {
						const task = job.world.instance('Slave', index).tasks.get('async-1');
						if (task) {
							task.code = 143;
						}
					}
				}, 100);
			}
		},
	});
	assert.equal(job.end?.state, 'COMPLETED');
});

test('a run that an older version waited for in another way is told the rule once it is resumed', async t => {
	const job = make(t, {slave: {asyncScripts: ['write /root/out result of slave\nhang']}});
	const seq = await seqOf(t, 'wait-for-completion');
	await job.run({crash: {seq, when: 'after'}}).catch(() => undefined);
	await job.run();
	assert.equal(job.end?.state, 'COMPLETED');
	assert.equal(eventsWith(job, 'Slave is not waited for.').length, 1);
});

async function seqOf(t: TestContext, step: string): Promise<number> {
	const job = make(t, {});
	await job.run();
	return job.records.find(record => record.kind === 'step' && record.step === step)?.seq ?? 0;
}
