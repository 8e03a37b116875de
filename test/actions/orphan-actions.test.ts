import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {ActionContext} from '../../source/actions/action-context.js';
import type {JobSummary} from '../../source/actions/d2cm.js';
import {NoCredentialError} from '../../source/actions/errors/no-credential-error.js';
import {NotReapedError} from '../../source/actions/errors/not-reaped-error.js';
import {orphanActions} from '../../source/actions/orphan-actions.js';
import {orphanTable} from '../../source/commands/orphan-table.js';
import {CloudUnreachableError} from '../../source/engine/cloud/ec2/errors/cloud-unreachable-error.js';
import {ec2CloudOn} from '../helpers/ec2-cloud-on.js';
import {startEc2Server} from '../helpers/ec2-server/ec2-server.js';
import {FakeDeployment} from '../helpers/fake-deployment.js';

const job = (title: string) => ({title, alive: true}) as JobSummary;

test('orphans are listed with age and cost, other clouds too when one does not answer, and removed unless somebody resumed them', async t => {
	const lost = new FakeDeployment(t);
	await lost.run({crash: {seq: 50, when: 'after'}}).catch(() => undefined);
	const {cloud} = lost.world.process();
	const fake = {
		...cloud,
		instanceTypes: async () => [{name: 'test.small', vcpus: 1, memoryMib: 512, hourlyUsd: 0.5}],
		findOwned: async () => [{kind: 'key pair' as const, id: 'pi.ABC123', launchKey: 'pi.ABC123'}],
	};
	const context = {
		store: {
			refresh: async () => undefined,
			data: () => ({
				installation: lost.deployment.installation,
				clouds: ['fake', 'far', 'bare'].map(name => ({name})),
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
	assert.ok(found.slice(0, 3).every(({hours = -1, costUsd = -1}) => hours >= 0 && costUsd === hours * 0.5));
	assert.deepEqual(
		unasked.map(one => one.cloud),
		['far'],
	);
	assert.match(orphanTable(found), /^instance +i-00000001 +fake +running +pi\.ABC123 +\d+\.\d +about \$\d/m);
	jobs = [job('pi.ABC123')];
	assert.deepEqual((await orphans()).found, []);
	await reap(found);
	assert.equal(lost.world.live.length, 3, 'a job has taken them up meanwhile');
	jobs = [];
	await reap(found);
	assert.deepEqual(lost.world.live, []);
	assert.deepEqual(lost.world.prepared, []);
});

test('a fault or a refusal at one cloud hides nothing of the others, neither in the list nor in the removal', async () => {
	const gone: string[] = [];
	const cloudNamed = (name: string) => ({
		name,
		describe: async () => [],
		findOwned: async (installation: string) =>
			name === 'broken'
				? Promise.reject(new TypeError('x is not a function'))
				: [{kind: 'key pair' as const, id: `key of ${installation} on ${name}`, launchKey: 'pi.ABC123'}],
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
			data: () => ({installation: 'one', clouds: names.map(name => ({name}))}),
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

test('a cost that is not known is not $0', () => {
	const table = orphanTable([{cloud: 'c', kind: 'instance', id: 'i-1', launchKey: 'pi.A', hours: 3}]);
	assert.match(table, / 3\.0 +unknown$/m);
});

test('on EC2, a key pair and a security group that a crash left are found by whose they are, and taken away', async t => {
	const server = await startEc2Server();
	t.after(async () => server.close());
	const cloud = ec2CloudOn(server);
	const owner = {installation: 'one', launchKey: 'pi.ABC123', publicKey: `ssh-ed25519 ${publicKey} pi`};
	await cloud.prepare(owner);
	await cloud.prepare({...owner, installation: 'two', launchKey: 'pi.OTHER1'});
	const owned = (await cloud.findOwned?.('one')) ?? [];
	assert.deepEqual(
		owned.map(({kind, launchKey}) => `${kind} ${launchKey}`),
		['security group pi.ABC123', 'key pair pi.ABC123'],
	);
	await cloud.cleanUp({...owner, publicKey: ''});
	assert.deepEqual(await cloud.findOwned?.('one'), []);
	assert.equal((await cloud.findOwned?.('two'))?.length, 2);
});

const publicKey = 'AAAAC3NzaC1lZDI1NTE5AAAAIGjEr1CZmp0kzXbQeLf5Y9kWzZ5hO0sPqFh0Xxk0cMZe';
