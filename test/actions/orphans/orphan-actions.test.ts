import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {ActionContext} from '../../../source/actions/action-context.js';
import type {JobSummary, Orphan} from '../../../source/actions/d2cm.js';
import {JobActiveError} from '../../../source/actions/errors/job-active-error.js';
import {NoCredentialError} from '../../../source/actions/errors/no-credential-error.js';
import {NotReapedError} from '../../../source/actions/errors/not-reaped-error.js';
import {orphanActions} from '../../../source/actions/orphans/orphan-actions.js';
import {orphanTable} from '../../../source/commands/orphan-table.js';
import type {Cloud} from '../../../source/engine/cloud/cloud.js';
import {CloudUnreachableError} from '../../../source/engine/cloud/ec2/errors/cloud-unreachable-error.js';
import {NotAllowedError} from '../../../source/engine/cloud/ec2/errors/not-allowed-error.js';
import {withStaging} from '../../../source/engine/deployments/staging/with-staging.js';
import {jobPaths} from '../../../source/store/paths.js';
import {tryLock} from '../../../source/store/process-lock.js';
import {ec2Trial, trialOwner, trialRequest, trialTags} from '../../helpers/ec2-trial.js';
import {FakeDeployment} from '../../helpers/fake-deployment.js';
import {createMemoryObjectStore} from '../../helpers/memory-object-store.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const job = (title: string) => ({title, alive: true}) as JobSummary;

test('orphans are listed with age and cost, other clouds too when one does not answer, and removed unless somebody resumed them', async t => {
	const lost = new FakeDeployment(t);
	await lost.run({crash: {seq: 50, when: 'after'}}).catch(() => undefined);
	const {cloud} = lost.world.process();
	const fake = {
		...cloud,
		describe: async (filter: Parameters<Cloud['describe']>[0]) =>
			(await cloud.describe(filter)).map(instance => ({...instance, spot: instance.id === 'i-00000003'})),
		instanceTypes: async () => [{name: 'test.small', vcpus: 1, memoryMib: 512, hourlyUsd: 0.5}],
		spotPrices: async () => new Map([['test.small', {hourlyUsd: 0.125, at: '2026-11-22T10:00:00.000Z'}]]),
		ownedKinds: [
			{kind: 'key pair', find: async () => [{kind: 'key pair', id: 'pi.ABC123', launchKey: 'pi.ABC123'}]},
			{kind: 'volume', find: async () => Promise.reject(new NotAllowedError('ec2:DescribeVolumes'))},
		],
	};
	const context = {
		store: {
			refresh: async () => undefined,
			data: () => ({
				installation: lost.deployment.installation,
				clouds: ['fake', 'far', 'bare'].map(name => ({name})),
				places: [],
			}),
		},
		cloud: async (name: string) => {
			if (name === 'fake') {
				return fake;
			}

			throw name === 'bare' ? new NoCredentialError(name) : new CloudUnreachableError('ec2:Describe', 'is down');
		},
	} as unknown as ActionContext;
	let jobs: readonly JobSummary[] = [];
	const {orphans, reap} = orphanActions(context, async () => jobs);
	const {found, unasked} = await orphans();
	assert.deepEqual(
		found.map(({kind, id}) => `${kind} ${id}`),
		['instance i-00000001', 'instance i-00000002', 'instance i-00000003', 'key pair pi.ABC123'],
	);
	const rates = [0.5, 0.5, 0.125];
	assert.ok(
		found.slice(0, 3).every(({hours = -1, costUsd}, index) => hours >= 0 && costUsd === hours * (rates[index] ?? 0)),
	);
	assert.deepEqual(
		unasked.map(one => one.cloud),
		['fake', 'far'],
	);
	assert.match(unasked[0]?.why ?? '', /DescribeVolumes/);
	assert.match(orphanTable(found).join('\n'), /^instance +i-00000001 +fake +running +pi\.ABC123 +\d+\.\d +about \$\d/m);
	jobs = [job('pi.ABC123')];
	assert.deepEqual((await orphans()).found, []);
	await assert.rejects(reap(found), JobActiveError);
	assert.equal(lost.world.live.length, 3, 'a job has taken them up meanwhile');
	jobs = [];
	await reap(found);
	assert.deepEqual(lost.world.live, []);
	assert.deepEqual(lost.world.prepared, []);
});

test('while a lost job is reaped nobody resumes it, and one that was resumed a moment before keeps its instances', async t => {
	const lost = new FakeDeployment(t);
	await lost.run({crash: {seq: 50, when: 'after'}}).catch(() => undefined);
	const {cloud} = lost.world.process();
	const folder = await temporaryFolder(t);
	const {lock} = jobPaths(folder);
	let wasFree: boolean | undefined;
	const watched: Cloud = {
		...cloud,
		async terminate(ids) {
			wasFree = (await tryLock(lock)) !== undefined;
			await cloud.terminate(ids);
		},
	};
	const {installation} = lost.deployment;
	const context = {
		store: {refresh: async () => undefined, data: () => ({installation, clouds: [{name: 'fake'}], places: []})},
		cloud: async () => watched,
	} as unknown as ActionContext;
	const {orphans, reap} = orphanActions(context, async () => [
		{id: 'ABC123', kind: 'deployment', title: 'pi.ABC123', alive: false, folder} as JobSummary,
	]);
	const {found} = await orphans();
	const resumed = await tryLock(lock);
	await assert.rejects(reap(found), /^JobActiveError: A job looks after pi\.ABC123 again: what it has stays\.$/);
	assert.equal(lost.world.live.length, 3);
	await resumed?.release();
	await reap(found);
	assert.equal(wasFree, false);
	assert.deepEqual(lost.world.live, []);
	assert.ok(await tryLock(lock), 'it is free again');
});

test('a fault or a refusal at one cloud hides nothing of the others, neither in the list nor in the removal', async () => {
	const gone: string[] = [];
	const cloudNamed = (name: string) => ({
		name,
		describe: async () => [],
		ownedKinds: [
			{
				kind: 'key pair',
				find: async (installation: string) =>
					name === 'broken'
						? Promise.reject(new TypeError('x is not a function'))
						: [{kind: 'key pair', id: `key of ${installation} on ${name}`, launchKey: 'pi.ABC123'}],
			},
		],
		async cleanUp({launchKey}: {readonly launchKey: string}) {
			if (name === 'far' || name === 'farther') {
				throw new CloudUnreachableError('ec2:Describe', `is down (${name})`);
			}

			gone.push(`${launchKey} on ${name}`);
		},
	});
	const names = ['broken', 'far', 'farther', 'near'];
	const context = {
		store: {
			refresh: async () => undefined,
			data: () => ({installation: 'one', clouds: names.map(name => ({name})), places: []}),
		},
		cloud: async (name: string) => cloudNamed(name),
	} as unknown as ActionContext;
	const {orphans, reap} = orphanActions(context, async () => []);
	const {found, unasked} = await orphans();
	assert.deepEqual(
		found.map(({id}) => id),
		['key of one on far', 'key of one on farther', 'key of one on near'],
	);
	assert.deepEqual(unasked, [{cloud: 'broken', why: 'x is not a function'}]);
	await assert.rejects(
		reap(found),
		(error: unknown) =>
			error instanceof NotReapedError && error.refusals.length === 2 && /^far: /.test(error.refusals[0] ?? ''),
	);
	assert.deepEqual(gone, ['pi.ABC123 on near']);
});

test('inputs that a deployment staged and nobody removed are listed and taken away, those of others are not', async () => {
	const store = createMemoryObjectStore();
	const near = {name: 'near', describe: async () => [], cleanUp: async () => undefined} as unknown as Cloud;
	const cloud = withStaging(near, {store, bucket: 'inputs'});
	const context = {
		store: {refresh: async () => undefined, data: () => ({installation: 'one', clouds: [{name: 'near'}], places: []})},
		cloud: async () => cloud,
	} as unknown as ActionContext;
	const {orphans, reap} = orphanActions(context, async () => [job('pi.LIVING')]);
	assert.deepEqual((await orphans()).found, [], 'there is no bucket yet');
	await store.makeBucket('inputs');
	await store.beginUpload('inputs', 'd2cm/one/pi.ABC123/parts');
	for (const key of ['one/pi.ABC123/whole', 'one/pi.LIVING/whole', 'two/pi.ABC123/whole']) {
		await store.put('inputs', `d2cm/${key}`, Buffer.from('x'));
	}

	const {found} = await orphans();
	assert.deepEqual(
		found.map(({kind, id}) => `${kind} ${id}`),
		['staged input inputs/d2cm/one/pi.ABC123/whole', 'staged input inputs/d2cm/one/pi.ABC123/parts'],
	);
	await reap(found);
	assert.deepEqual(
		(await store.list('inputs', '')).map(({key}) => key),
		['d2cm/one/pi.LIVING/whole', 'd2cm/two/pi.ABC123/whole'],
	);
	assert.deepEqual(await store.listUploads('inputs', ''), []);
});

test('a cost that is not known is not $0', () => {
	const table = orphanTable([{cloud: 'c', kind: 'instance', id: 'i-1', launchKey: 'pi.A', hours: 3}]).join('\n');
	assert.match(table, / 3\.0 +unknown$/m);
});

test('an instance that has stopped itself and belongs to no living job is named with what it cost, and ended', async t => {
	const {server, rules, clock, process} = await ec2Trial(t, {now: () => Date.now(), pendingMs: 0, shuttingDownMs: 0});
	const ec2 = process({clock: {...clock, now: () => new Date()}});
	const priced = {name: 'm5.large', vcpus: 2, memoryMib: 8192, hourlyUsd: 0.1};
	const context = {
		store: {
			refresh: async () => undefined,
			data: () => ({installation: trialOwner.installation, clouds: [{name: 'strict'}], places: []}),
		},
		cloud: async () => ({...ec2, instanceTypes: async () => [priced]}),
	} as unknown as ActionContext;
	const {orphans, reap} = orphanActions(context, async () => []);
	await ec2.prepare(trialOwner);
	await ec2.reserve({...trialRequest, stops: true, count: 1});
	const [instance] = server.world.compute.instances.values();
	assert.ok(instance);
	const hour = 3_600_000;
	instance.startedAt = rules.now() - 10 * hour;
	instance.stop = {at: rules.now() - 4 * hour, code: 'Client.UserInitiatedShutdown', message: 'User initiated'};
	const isInstance = ({kind}: Orphan) => kind === 'instance';
	const [stopped] = (await orphans()).found.filter(isInstance);
	assert.equal(stopped?.instance?.state, 'stopped');
	assert.equal(stopped?.detail, 'stopped; its disks cost about $0.0009 per hour');
	// The cloud names the second.
	assert.ok(Math.abs((stopped?.costUsd ?? 0) - (6 * 0.1 + 4 * ((8 * 0.08) / 730))) < 0.001);
	assert.match(
		orphanTable([stopped]).join('\n'),
		/stopped; its disks cost about \$0\.0009 per hour +pi\.TRIAL1 +10\.0 +about \$0\.60/,
	);

	instance.stop = {...instance.stop, code: 'Client.InstanceInitiatedShutdown'};
	const [itself] = (await orphans()).found.filter(isInstance);
	assert.equal(itself?.costUsd, undefined, 'nobody says when it was');
	await reap((await orphans()).found);
	assert.deepEqual(server.liveResources(), []);
});

test('on EC2, whatever a lost job left is found by whose it is, with age and cost, and taken away; what another has stays', async t => {
	const {server, rules, clock, process} = await ec2Trial(t, {now: () => Date.now()});
	const {compute, snapshots} = server.world;
	const cloud = process({clock: {...clock, now: () => new Date()}});
	const {installation, launchKey} = trialOwner;
	await cloud.prepare(trialOwner);
	await cloud.prepare({...trialOwner, installation: 'two', launchKey: 'pi.OTHER1'});
	rules.pendingMs = 0;
	rules.shuttingDownMs = 0;
	const [instance] = await cloud.reserve({...trialRequest, count: 1});
	const day = 24 * 3_600_000;
	const madeAt = Date.now() - 10 * day;
	const idOf = (kind: string, whose: string, status = '') =>
		`${kind}-0${whose === 'two' ? 2 : 1}${status === 'pending' ? 'a' : 'c'}00000`;
	const tagsOf = (whose: string) => new Map([...Object.entries(trialTags), ['d2cm:installation', whose]]);
	for (const whose of [installation, 'two']) {
		const id = idOf('vol', whose);
		compute.volumes.set(id, {id, instanceId: 'i-gone', gib: 20, madeAt, tags: tagsOf(whose)});
		const address = idOf('eipalloc', whose);
		compute.addresses.set(address, {id: address, ip: '198.51.100.9', instanceId: instance?.id, tags: tagsOf(whose)});
		for (const status of ['pending', 'completed'] as const) {
			const snapshot = idOf('snap', whose, status);
			const tags = new Map([
				['d2cm:installation', whose],
				['d2cm:migration', 'M1'],
			]);
			snapshots.set(snapshot, {...aSnapshot, id: snapshot, status, tags, startedAt: new Date(madeAt)});
		}
	}

	const context = {
		store: {refresh: async () => undefined, data: () => ({installation, clouds: [{name: 'strict'}], places: []})},
		cloud: async () => cloud,
	} as unknown as ActionContext;
	let jobs: readonly JobSummary[] = [];
	const {orphans, reap} = orphanActions(context, async () => jobs);
	const {found, unasked} = await orphans();
	assert.deepEqual(unasked, []);
	assert.deepEqual(
		found.map(
			({kind, id, launchKey: whose}) => `${kind} ${kind === 'instance' || id.startsWith('sg-') ? '' : id} ${whose}`,
		),
		[
			`instance  ${launchKey}`,
			`security group  ${launchKey}`,
			`key pair ${launchKey} ${launchKey}`,
			`address ${idOf('eipalloc', installation)} ${launchKey}`,
			`volume ${idOf('vol', installation)} ${launchKey}`,
			`pending snapshot ${idOf('snap', installation, 'pending')} `,
			`snapshot ${idOf('snap', installation, 'completed')} `,
		],
	);
	assert.deepEqual(
		found.flatMap(({kind, thing}) => (thing?.isKept ? kind : [])),
		['snapshot'],
	);
	const volume = found.find(({kind}) => kind === 'volume');
	assert.ok(Math.abs((volume?.hours ?? 0) - 240) < 1);
	assert.ok(Math.abs((volume?.costUsd ?? 0) - (240 * 20 * 0.08) / 730) < 0.01);
	const table = orphanTable(found).join('\n');
	assert.match(table, /20 GiB gp3, available .*about \$0\.5/);
	assert.match(table, /of 20 GiB, pending +migration M1 +240\.0 +unknown/);

	jobs = [{id: 'M1', kind: 'migration', title: 'worker', alive: true} as JobSummary];
	assert.equal(
		(await orphans()).found.some(({kind}) => kind.endsWith('snapshot')),
		false,
		'an upload that lives',
	);
	jobs = [];
	await reap(found);
	assert.deepEqual((await orphans()).found, []);
	assert.equal(server.liveResources().length, 4, server.liveResources().join());
	assert.deepEqual([...snapshots.keys()], [idOf('snap', 'two', 'pending'), idOf('snap', 'two', 'completed')]);
	await reap(found); // What is gone already is no failure.
});

const aSnapshot = {
	unseen: 0,
	volumeGib: 20,
	description: '',
	parentId: undefined,
	encrypted: false,
	written: new Map(),
};
