import assert from 'node:assert/strict';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Cloud, Instance} from '../../source/engine/cloud/cloud.js';
import type {Deployment} from '../../source/engine/deployments/deployment.js';
import type {Timing} from '../../source/engine/deployments/deployment-context.js';
import {runDeployment} from '../../source/engine/deployments/run-deployment.js';
import type {Clock} from '../../source/engine/host/clock.js';
import {JobSuspendedError} from '../../source/engine/jobs/job-suspended-error.js';
import type {JournalEntry, JournalRecord} from '../../source/engine/jobs/journal.js';
import {addAmi, ec2CloudOn} from './ec2-cloud-on.js';
import {type Ec2Server, startEc2Server} from './ec2-server/ec2-server.js';
import type {Fault, FaultPlan, PlannedRequest} from './ec2-server/fault-plan.js';
import {type InstanceRules, usualRules} from './ec2-server/instance-world.js';
import {FakeWorld, SimulatedCrash} from './fake-world.js';
import {sampleDeployment} from './sample-deployment.js';
import {scaledClock} from './scaled-clock.js';

/** So many seconds of the world are one of ours. */
const speed = 60;

export type FakeRun = {
	readonly server: Ec2Server;
	readonly world: FakeWorld;
	readonly records: readonly JournalRecord[];
	/** How many processes were killed. */
	readonly deaths: number;
};

/** Where processes of D2CM are killed: each one at one call, `before` it has an effect or after, without its reply. */
export type CallKill = Pick<PlannedRequest, 'action' | 'ofAction'> & {readonly when: 'before' | 'after'};

export type StrictRunOptions = {
	readonly faults?: FaultPlan;
	readonly rules?: Partial<InstanceRules>;
	/** In this order; the last process is left in peace. */
	readonly kills?: readonly CallKill[];
	readonly deployment?: Deployment;
	/** Whether the process dies right after this record. */
	readonly dies?: (record: JournalRecord, server: Ec2Server, world: FakeWorld) => boolean;
	/** Called when a process has died, or has left the deployment to be resumed, before the next one begins. */
	readonly afterwards?: (server: Ec2Server, suspended: JobSuspendedError | undefined) => void;
	readonly timing?: Partial<Timing>;
	/** Called at each request. */
	readonly meanwhile?: (server: Ec2Server) => void;
	/** Default: it must have completed, and nothing be left. */
	readonly judge?: (run: FakeRun, folder: string) => void;
};

/**
A whole deployment by the EC2 adapter on a strict server of its own, whose instances understand the language of the fake
world; the faults are those of the cloud alone. Killed processes are followed by others until one reaches the end.
*/
export async function runOnStrictServer({
	faults = () => undefined,
	rules = {},
	kills = [],
	deployment = sampleDeployment(),
	dies = () => false,
	afterwards,
	timing,
	meanwhile,
	judge = mustBeWhole,
}: StrictRunOptions = {}): Promise<FakeRun> {
	const clock = scaledClock(speed);
	let life: Life = {isAlive: true};
	const server: Ec2Server = await startEc2Server({
		faults(request) {
			meanwhile?.(server);
			return faults(request) ?? killAt(request, kills, life);
		},
		rules: {
			now: () => clock.now().getTime(),
			pendingMs: 3000,
			shuttingDownMs: 5000,
			types: [
				...usualRules().types,
				{
					name: 'test.small',
					vcpus: 1,
					memoryMib: 512,
					hourlyUsd: 0.01,
					architectures: ['x86_64'],
					bootModes: ['legacy-bios'],
				},
			],
			...rules,
		},
	});
	addAmi(server, {id: 'ami-00000001'});
	const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'd2cm-ec2-'));
	const [world, records] = [new FakeWorld(), [] as JournalRecord[]];
	let deaths = 0;
	try {
		while (records.every(({kind}) => kind !== 'end')) {
			life = {isAlive: true};
			try {
				await runProcess({server, world, records, clock, folder, life, deployment, dies, timing});
			} catch (error) {
				const suspended = error instanceof JobSuspendedError && afterwards ? error : undefined;
				if (!suspended && !(error instanceof SimulatedCrash)) {
					throw error;
				}

				deaths++;
				afterwards?.(server, suspended);
			}
		}

		judge({server, world, records, deaths}, folder);
		return {server, world, records, deaths};
	} finally {
		await server.close();
		rmSync(folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 20});
	}
}

type Life = {isAlive: boolean};

function killAt({action, ofAction}: PlannedRequest, kills: readonly CallKill[], life: Life): Fault | undefined {
	const kill = kills.find(other => other.action === action && other.ofAction === ofAction);
	if (!kill) {
		return undefined;
	}

	life.isAlive = false;
	return {kind: kill.when === 'before' ? 'cut' : 'lose-reply'};
}

type ProcessNeeds = {
	readonly server: Ec2Server;
	readonly world: FakeWorld;
	readonly records: JournalRecord[];
	readonly clock: Clock;
	readonly folder: string;
	readonly life: Life;
	readonly deployment: Deployment;
	readonly dies: NonNullable<StrictRunOptions['dies']>;
	readonly timing: Partial<Timing> | undefined;
};

/** One process. Once it is dead nothing that it still tries has an effect. */
async function runProcess({
	server,
	world,
	records,
	clock,
	folder,
	life,
	deployment,
	dies,
	timing,
}: ProcessNeeds): Promise<void> {
	const mustLive = () => {
		if (!life.isAlive) {
			throw new SimulatedCrash();
		}
	};
	const mortalClock: Clock = {
		now: clock.now,
		async sleep(ms, signal) {
			mustLive();
			await clock.sleep(ms, signal);
			mustLive();
		},
	};
	const note = (entry: JournalEntry): JournalRecord => {
		const record = {...entry, seq: records.length + 1, at: clock.now().toISOString()};
		records.push(record);
		return record;
	};
	note({kind: 'owner', pid: process.pid, version: '0.0.0'});
	await runDeployment({
		...world.process(mustLive),
		cloud: mirrored(ec2CloudOn(server, {clock: mortalClock, patience: {attemptTimeoutMs: 2000}}), world),
		clock: mortalClock,
		deployment,
		folder,
		journal: {
			records,
			async append(entry) {
				mustLive();
				life.isAlive = !dies(note(entry), server, world);
				mustLive();
			},
		},
		cancel: new AbortController().signal,
		...(timing && {timing}),
	});
}

/** The same cloud; what it shows of its instances is what the fake world's shells reach. */
function mirrored(cloud: Cloud, world: FakeWorld): Cloud {
	const reflect = (instance: Instance): Instance => {
		const number = world.instances.find(({id}) => id === instance.id)?.number ?? world.instances.length + 1;
		const {state, stateReason, ...description} = instance;
		const known = world.instances[number - 1];
		if (known) {
			known.state = state;
			if (state === 'stopped') {
				endTasks(known);
			}
		} else {
			world.instances.push({
				id: instance.id,
				role: instance.tags['d2cm:role'] ?? '',
				number,
				state,
				stateReason,
				description,
				userData: '',
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

/** A machine that was switched off has nothing of them but what they wrote. */
function endTasks({tasks}: FakeWorld['instances'][number]): void {
	for (const [id, {code}] of tasks) {
		if (code === undefined) {
			tasks.delete(id);
		}
	}
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
