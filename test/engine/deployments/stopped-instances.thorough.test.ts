import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Deployment} from '../../../source/engine/deployments/deployment.js';
import type {JournalRecord} from '../../../source/engine/jobs/journal.js';
import {type FakeRun, runOnStrictServer} from '../../helpers/ec2-fake-deployment.js';
import {type Ec2Server, testKeys} from '../../helpers/ec2-server/ec2-server.js';
import {stateOf} from '../../helpers/ec2-server/instance-world.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';

const stopping = (slave: object = {}): Deployment => {
	const deployment = sampleDeployment({slave});
	const roles = deployment.roles.map(role => ({...role, stops: true, keptUsd: 0.0009}));
	return {...deployment, leaseHours: 24, leaseEnds: 'stop', roles};
};

/** As their timers do when no job has looked after them. */
const switchOff = (server: Ec2Server): void => switchOffBut(0, server);

function switchOffBut(first: number, {world: {compute}}: Ec2Server): void {
	for (const instance of [...compute.instances.values()].slice(first)) {
		assert.equal(stateOf(compute, instance), 'running');
		compute.machines.end(instance.id);
		assert.equal(stateOf(compute, instance), 'stopping');
	}
}

/** Once, when the state is entered. */
const dyingAt = (state: string) => {
	let hasDied = false;
	return (record: JournalRecord) => {
		const dies = !hasDied && record.kind === 'state' && record.state === state;
		hasDied ||= dies;
		return dies;
	};
};
const endOf = (records: readonly JournalRecord[]) => records.find(record => record.kind === 'end');
const downloads = ({records}: FakeRun) =>
	records.flatMap(record =>
		record.kind === 'step' && record.step === 'download' && record.mark === 'finished' && record.subject?.includes(':')
			? [record.subject]
			: [],
	);
const all = ['master-1:/root/out', 'slave-1:/root/out', 'slave-2:/root/out'];

test('instances that stopped themselves when their work was done are started again, and their results come home', async () => {
	const {server, records} = await runOnStrictServer({
		deployment: stopping(),
		dies: dyingAt('JOB_COMPLETED'),
		afterwards: switchOff,
	});
	const addresses = [...server.world.compute.instances.values()].map(({ran}) => ran.length);
	assert.deepEqual(addresses, [1, 1, 1], 'each ran twice');
	assert.equal(records.filter(record => record.kind === 'step' && record.step === 'wake').length, 3);
});

test('a script that the stop has cut off ends the run by name, with what there is of the results, and nothing is left', async () => {
	await runOnStrictServer({
		deployment: stopping({
			asyncScripts: ['write /root/out half a result\nhang'],
			doneChecks: [{kind: 'file', path: '/root/never'}],
		}),
		dies: dyingAt('ROLES_STARTED'),
		afterwards: switchOff,
		judge(run) {
			const end = endOf(run.records);
			assert.equal(end?.state, 'FAILED');
			assert.match(end?.cause ?? '', /vanished without leaving an exit code/);
			assert.deepEqual(downloads(run).toSorted(), all);
			assert.deepEqual(run.server.liveResources(), []);
			assert.equal(run.server.world.compute.instances.size, 3);
		},
	});
});

test('what was not begun before the stop is not begun after it', async () => {
	await runOnStrictServer({
		deployment: stopping(),
		dies: dyingAt('ROLES_CONTEXTUALIZED'),
		afterwards: switchOff,
		judge({records, server, world}) {
			assert.match(endOf(records)?.cause ?? '', /stopped themselves before all scripts were started/);
			assert.deepEqual(
				world.effects.filter(effect => / (start|async)-/.test(effect)),
				[],
			);
			assert.deepEqual(server.liveResources(), []);
		},
	});
});

/** Its stopped instances cannot be started as they should until the deployment has said so. */
async function refusedOnce({
	refuse,
	allow,
	butFirst = 0,
}: {
	/** So many never stop. */
	readonly butFirst?: number;
	readonly refuse: (server: Ec2Server) => void;
	readonly allow: (server: Ec2Server) => void;
}): Promise<{readonly cause: string; readonly records: readonly JournalRecord[]}> {
	const causes: string[] = [];
	const {records} = await runOnStrictServer({
		deployment: stopping(),
		timing: {bootLimitMs: 30_000, collectRetryMs: 5000},
		dies: dyingAt('JOB_COMPLETED'),
		afterwards(server, suspended) {
			if (suspended) {
				causes.push(`${suspended.message} ${suspended.hint}`);
				allow(server);
			} else {
				switchOffBut(butFirst, server);
				refuse(server);
			}
		},
	});
	assert.equal(causes.length, 1);
	return {cause: causes[0] ?? '', records};
}

test('while there is no room to start them again the deployment waits to be resumed, and its disks are kept', async () => {
	const {cause} = await refusedOnce({
		refuse({world: {compute}}) {
			compute.rules.room = new Map(compute.rules.zones.map(zone => [zone, 0]));
		},
		allow(server) {
			const instances = server.liveResources().filter(resource => resource.includes(' instance '));
			assert.deepEqual(
				instances.map(resource => resource.split(' ')[0]),
				['stopped', 'stopped', 'stopped'],
			);
			server.world.compute.rules.room = new Map();
		},
	});
	assert.match(cause, /no room now to start i-\w+ again.*d2cm resume/);
});

test('while there is room for some of them only, none is left running: those that were started are stopped again', async () => {
	const {cause, records} = await refusedOnce({
		refuse({world: {compute}}) {
			compute.rules.mostVcpus = 2;
		},
		allow({world: {compute}}) {
			assert.deepEqual(
				[...compute.instances.values()].map(one => [
					stateOf(compute, one).replace('stopping', 'stopped'),
					one.ran.length,
				]),
				[
					['stopped', 2],
					['stopped', 2],
					['stopped', 1],
				],
			);
			compute.rules.mostVcpus = 3;
		},
	});
	assert.match(cause, /A limit of the account .*Their disks are kept, and alone cost money/);
	const slept = records.filter(record => record.kind === 'step' && record.step === 'sleep');
	assert.equal(slept.length, 3, 'what they cost ends with it');
});

test('what never stopped is not stopped, for its work may not have ended; it is said that it runs on', async () => {
	let running = '';
	const {cause} = await refusedOnce({
		butFirst: 1,
		refuse({world: {compute}}) {
			compute.rules.mostVcpus = 2;
		},
		allow({world: {compute}}) {
			const [master, ...slaves] = [...compute.instances.values()];
			assert.ok(master);
			assert.deepEqual([stateOf(compute, master), master.ran.length], ['running', 0]);
			assert.deepEqual(
				slaves.map(({ran}) => ran.length),
				[2, 1],
			);
			running = master.id;
			compute.rules.mostVcpus = 3;
		},
	});
	assert.match(cause, new RegExp(`until their lease is over, ${running} run and cost money, too`));
});

test('where the keys may not stop what was started, it is said what runs on', async () => {
	const {cause} = await refusedOnce({
		refuse({accounts, world: {compute}}) {
			compute.rules.mostVcpus = 2;
			accounts.get(testKeys.accessKeyId)?.denied.add('StopInstances');
		},
		allow({world: {compute}}) {
			compute.rules.mostVcpus = 3;
		},
	});
	assert.match(cause, /until their lease is over, i-\w+, i-\w+ run and cost money, too/);
});

test('an instance that stops while its job lives ends the run by name; what is on its disk comes home all the same', async () => {
	let [hasBegun, hasStopped] = [false, false];
	await runOnStrictServer({
		deployment: stopping({
			asyncScripts: ['write /root/out half a result\nhang'],
			doneChecks: [{kind: 'file', path: '/root/never'}],
		}),
		dies(record) {
			hasBegun ||= record.kind === 'state' && record.state === 'ROLES_STARTED';
			return false;
		},
		meanwhile({world: {compute}}) {
			const last = [...compute.instances.values()].at(-1);
			if (hasBegun && !hasStopped && last) {
				hasStopped = true;
				compute.machines.end(last.id);
			}
		},
		judge(run) {
			assert.match(endOf(run.records)?.cause ?? '', /is gone: the cloud says stopp(ing|ed)/);
			assert.deepEqual(downloads(run).toSorted(), all);
			assert.deepEqual(run.server.liveResources(), []);
		},
	});
});

test('an instance that stops while its results are fetched is started again for them, and ended only when they are here', async () => {
	let [isCollecting, hasStopped] = [false, false];
	await runOnStrictServer({
		deployment: stopping(),
		dies(record, server, world) {
			isCollecting ||= record.kind === 'state' && record.state === 'COLLECTING_DATA';
			const last = world.instances.at(-1);
			if (isCollecting && !hasStopped && last) {
				hasStopped = true;
				server.world.compute.machines.end(last.id);
				last.state = 'stopping';
			}

			return false;
		},
		judge({records, server, world, ...run}) {
			assert.equal(endOf(records)?.state, 'COMPLETED', endOf(records)?.cause);
			assert.equal(records.filter(record => record.kind === 'step' && record.step === 'wake').length, 1);
			assert.deepEqual(downloads({records, server, world, ...run}).toSorted(), all);
			assert.deepEqual(server.liveResources(), []);
		},
	});
});

test('one that stops again and again while its results are fetched is held for them no longer than was agreed', async () => {
	let isCollecting = false;
	await runOnStrictServer({
		deployment: {...stopping(), holdMinutes: 3},
		timing: {collectRetryMs: 20_000},
		dies(record, server, world) {
			isCollecting ||= record.kind === 'state' && record.state === 'COLLECTING_DATA';
			const last = world.instances.at(-1);
			if (isCollecting && last?.state === 'running') {
				server.world.compute.machines.end(last.id);
				last.state = 'stopping';
			}

			return false;
		},
		judge({records, server}) {
			assert.equal(endOf(records)?.state, 'FAILED');
			assert.match(endOf(records)?.cause ?? '', /the hold time of 3 minutes is over/);
			assert.deepEqual(server.liveResources(), []);
		},
	});
});

test('where the keys may not start what has stopped, or the cloud says nothing of it, nothing is dropped: the deployment waits', async () => {
	const causes: string[] = [];
	await runOnStrictServer({
		deployment: stopping(),
		timing: {bootLimitMs: 30_000, collectRetryMs: 5000, cloudSilenceLimitMs: 20_000},
		dies: dyingAt('JOB_COMPLETED'),
		faults: ({action}) => (action === 'DescribeInstances' && causes.length === 1 ? {kind: 'unavailable'} : undefined),
		afterwards(server, suspended) {
			const {denied} = server.accounts.get(testKeys.accessKeyId) ?? {};
			if (suspended) {
				causes.push(`${suspended.message} ${suspended.hint}`);
				assert.equal(server.liveResources().filter(resource => resource.includes('stopped instance ')).length, 3);
				denied?.clear();
			} else {
				switchOff(server);
				denied?.add('StartInstances');
			}
		},
	});
	assert.equal(causes.length, 2, causes.join('\n'));
	assert.match(causes[0] ?? '', /cannot be started again now: .*ec2:StartInstances.*d2cm resume/);
	assert.match(causes[1] ?? '', /cannot be seen whether instances .* have stopped: .*d2cm resume/);
});
