import assert from 'node:assert/strict';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Cloud, Instance} from '../../source/engine/cloud/cloud.js';
import type {Deployment} from '../../source/engine/deployments/deployment.js';
import {runDeployment} from '../../source/engine/deployments/run-deployment.js';
import type {Clock} from '../../source/engine/host/clock.js';
import type {JournalRecord} from '../../source/engine/jobs/journal.js';
import {addAmi, ec2CloudOn} from './ec2-cloud-on.js';
import {type Ec2Server, startEc2Server} from './ec2-server/ec2-server.js';
import type {FaultPlan} from './ec2-server/fault-plan.js';
import {type InstanceRules, usualRules} from './ec2-server/instance-world.js';
import {FakeWorld} from './fake-world.js';
import {sampleDeployment} from './sample-deployment.js';
import {scaledClock} from './scaled-clock.js';

/** So many seconds of the world are one of ours. */
const speed = 60;

export type FakeRun = {
	readonly server: Ec2Server;
	readonly world: FakeWorld;
	readonly records: readonly JournalRecord[];
};

export type FakeRunChanges = {
	readonly deployment?: Deployment;
	/** Called at each request. */
	readonly meanwhile?: (server: Ec2Server) => void;
	/** Default: it must have completed, and nothing be left. */
	readonly judge?: (run: FakeRun, folder: string) => void;
};

/**
A whole deployment by the EC2 adapter on a strict server of its own, whose instances understand the language of the fake
world; the faults are those of the cloud alone.
*/
export async function runOnStrictServer(
	faults: FaultPlan,
	rules: Partial<InstanceRules> = {},
	{deployment = sampleDeployment(), meanwhile, judge = mustBeWhole}: FakeRunChanges = {},
): Promise<FakeRun> {
	const clock = scaledClock(speed);
	const server: Ec2Server = await startEc2Server({
		faults: request => {
			meanwhile?.(server);
			return faults(request);
		},
		rules: {
			now: () => clock.now().getTime(),
			pendingMs: 3000,
			shuttingDownMs: 5000,
			types: [
				...usualRules().types,
				{name: 'test.small', vcpus: 1, memoryMib: 512, hourlyUsd: 0.01, architectures: ['x86_64'], bootModes: []},
			],
			...rules,
		},
	});
	addAmi(server, {id: 'ami-00000001'});
	const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'd2cm-ec2-'));
	const [world, records] = [new FakeWorld(), [] as JournalRecord[]];
	try {
		await runDeployment({
			...world.process(),
			cloud: mirrored(ec2CloudOn(server, {clock, patience: {attemptTimeoutMs: 2000}}), world),
			clock,
			deployment,
			folder,
			journal: journalOf(records, clock),
			cancel: new AbortController().signal,
		});
		judge({server, world, records}, folder);
		return {server, world, records};
	} finally {
		await server.close();
		rmSync(folder, {recursive: true, force: true});
	}
}

function journalOf(records: JournalRecord[], clock: Clock) {
	return {
		records,
		async append(entry: Parameters<Parameters<typeof runDeployment>[0]['journal']['append']>[0]) {
			records.push({...entry, seq: records.length + 1, at: clock.now().toISOString()});
		},
	};
}

/** The same cloud; what it shows of its instances is what the fake world's shells reach. */
function mirrored(cloud: Cloud, world: FakeWorld): Cloud {
	const reflect = (instance: Instance): Instance => {
		const number = world.instances.find(({id}) => id === instance.id)?.number ?? world.instances.length + 1;
		const {state, stateReason, ...description} = instance;
		const known = world.instances[number - 1];
		if (known) {
			known.state = state;
		} else {
			world.instances.push({
				id: instance.id,
				role: instance.tags['d2cm:role'] ?? '',
				number,
				state,
				stateReason,
				description,
				files: new Map(),
				tasks: new Map(),
				refusals: 0,
				renewals: [],
			});
		}

		return {...instance, ...(state === 'running' && {ssh: {host: '127.0.0.1', port: 2000 + number}})};
	};
	return {
		...cloud,
		reserve: async request => (await cloud.reserve(request)).map(reflect),
		describe: async filter => (await cloud.describe(filter)).map(reflect),
	};
}

function mustBeWhole({server, world, records}: FakeRun, folder: string): void {
	const end = records.find(record => record.kind === 'end');
	assert.equal(end?.state, 'COMPLETED', end?.cause);
	assert.deepEqual(server.liveResources(), []);
	assert.equal(server.world.compute.instances.size, 3, 'more was reserved than asked for');
	const scripts = world.effects.filter(effect => / (start|async)-/.test(effect));
	assert.equal(new Set(scripts).size, scripts.length, 'a script ran twice');
	assert.equal(scripts.length, 8, scripts.join());
	for (const {id, role} of world.instances) {
		assert.match(readFileSync(join(folder, role, id, 'root/out'), 'utf8'), /^result of/);
	}
}
