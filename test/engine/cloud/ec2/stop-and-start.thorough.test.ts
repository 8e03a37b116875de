import assert from 'node:assert/strict';
import {test} from 'node:test';
import {CapacityError} from '../../../../source/engine/cloud/capacity-error.js';
import {traitsOf} from '../../../../source/engine/cloud/cloud-traits.js';
import {addAmi} from '../../../helpers/ec2-cloud-on.js';
import {volumeBill} from '../../../helpers/ec2-server/bill.js';
import type {Ec2Server} from '../../../helpers/ec2-server/ec2-server.js';
import {ec2Trial, trialOwner, trialRequest, trialTags} from '../../../helpers/ec2-trial.js';

const hour = 3_600_000;
const request = {...trialRequest, stops: true, count: 1};

/** As whoever is logged in at an instance, or its timer. */
function switchOff({world: {compute}}: Ec2Server): void {
	for (const {id} of compute.instances.values()) {
		compute.machines.end(id);
	}
}

const usd = (lines: ReadonlyArray<{readonly usd: number}>) => lines.reduce((sum, line) => sum + line.usd, 0).toFixed(5);

test('an instance that switches itself off is kept and costs its disk alone, until it is started again at another address', async t => {
	const {server, clock, process, release} = await ec2Trial(t, {stoppingMs: 20_000});
	const cloud = process();
	const look = async () => (await cloud.describe({tags: trialTags}))[0];
	await cloud.prepare(trialOwner);
	const [image] = await cloud.images();
	assert.deepEqual([image?.rootDevice, image?.keptUsd?.toFixed(6)], ['ebs', ((8 * 0.08) / 730).toFixed(6)]);
	const [reserved] = await cloud.reserve(request);
	await clock.sleep(hour + 5000); // Pending is free.
	const before = await look();
	switchOff(server);
	const stopping = await look();
	assert.equal(stopping?.state, 'stopping');
	assert.equal(stopping?.ssh, undefined);
	await cloud.start?.([stopping?.id ?? '']); // Not yet: it stays as it is.
	assert.equal((await look())?.state, 'stopping');
	await clock.sleep(100 * hour);
	assert.equal((await look())?.state, 'stopped');
	assert.match((await look())?.stateReason ?? '', /InstanceInitiatedShutdown/);
	assert.equal(usd(server.bill()), '0.09600', 'an hour of m5.large');
	assert.equal(usd(volumeBill(server.world.compute)), (101 * ((8 * 0.08) / 730) + 0.000001).toFixed(5));
	assert.equal(server.liveResources().filter(resource => resource.startsWith('stopped instance')).length, 1);

	await cloud.start?.([reserved?.id ?? '']);
	await clock.sleep(5000);
	const again = await look();
	assert.equal(again?.state, 'running');
	assert.notEqual(again?.ssh?.host, before?.ssh?.host);
	await cloud.start?.([reserved?.id ?? '']); // It runs: nothing to do.
	await clock.sleep(hour);
	assert.equal(usd(server.bill()), '0.19200');
	await release(cloud);
	await clock.sleep(60_000);
	assert.deepEqual(server.liveResources(), []);
	assert.equal(usd(server.bill()), '0.19200');
	await cloud.stop?.([reserved?.id ?? '']);
	await cloud.start?.([reserved?.id ?? '']); // Gone for good: what it is now, describe tells.
	assert.equal((await look())?.state, 'terminated');
});

test('a stopped instance that is ended by us is gone with its disk', async t => {
	const {server, clock, process, release} = await ec2Trial(t);
	const cloud = process();
	await cloud.prepare(trialOwner);
	await cloud.reserve(request);
	await clock.sleep(hour);
	switchOff(server);
	await clock.sleep(hour);
	assert.equal((await cloud.describe({tags: trialTags}))[0]?.state, 'stopping');
	await clock.sleep(hour);
	await release(cloud);
	assert.deepEqual(server.liveResources(), []);
});

test('no room and a limit are told apart where a stopped instance is to start again', async t => {
	const {server, rules, clock, process} = await ec2Trial(t);
	const cloud = process();
	await cloud.prepare(trialOwner);
	const [instance] = await cloud.reserve(request);
	await clock.sleep(hour);
	switchOff(server);
	await cloud.describe({tags: trialTags});
	await clock.sleep(hour);
	const refused = async (reason: string) =>
		assert.rejects(
			async () => cloud.start?.([instance?.id ?? '']),
			error => error instanceof CapacityError && error.reason === reason,
		);
	rules.room = new Map(rules.zones.map(zone => [zone, 0]));
	await refused('room');
	rules.room = new Map();
	rules.mostVcpus = 1;
	await refused('limit');
	assert.equal((await cloud.describe({tags: trialTags}))[0]?.state, 'stopped');
});

test('when the cloud says when an instance was stopped, it is known', async t => {
	const {clock, process} = await ec2Trial(t);
	const cloud = process();
	await cloud.prepare(trialOwner);
	const [instance] = await cloud.reserve(request);
	await cloud.stop?.([instance?.id ?? '']); // Not yet: it stays as it is.
	await clock.sleep(hour);
	const at = Math.floor(clock.now().getTime() / 1000) * 1000;
	await cloud.stop?.([instance?.id ?? '']);
	await cloud.stop?.([instance?.id ?? '', 'i-00000000', 'no id']); // It is on its way; of the others nothing is known.
	await clock.sleep(hour);
	assert.equal((await cloud.describe({tags: trialTags}))[0]?.endedAt, new Date(at).toISOString());
});

test('whether a stopped instance may be started is told without one', async t => {
	const {server, process} = await ec2Trial(t);
	assert.equal(await process().mayStart?.(), true);
	server.accounts.get('AKIDTEST')?.denied.add('StartInstances');
	assert.equal(await process().mayStart?.(), false);
	assert.equal(server.counts.byAction.get('StartInstances'), 2);
	assert.equal(process({traits: traitsOf('eucalyptus')}).mayStart, undefined);
});

test('what has its disk in the instance store cannot be asked to stop, nor a spot instance, nor a cloud that does not know how', async t => {
	const {server, process} = await ec2Trial(t);
	const cloud = process();
	await cloud.prepare(trialOwner);
	const bundle = addAmi(server, {id: 'ami-0000000000000beef', snapshotId: '', location: 'bucket/worker.manifest.xml'});
	assert.equal((await cloud.images()).find(({id}) => id === bundle.id)?.rootDevice, 'instance-store');
	await assert.rejects(cloud.reserve({...request, imageId: bundle.id}), {code: 'InvalidParameterCombination'});
	await assert.rejects(cloud.reserve({...request, spot: true}), {code: 'InvalidParameterCombination'});
	assert.equal(server.world.compute.instances.size, 0);
	await cloud.reserve({...trialRequest, imageId: bundle.id});
	assert.equal(process({traits: traitsOf('eucalyptus')}).start, undefined);
});
