import assert from 'node:assert/strict';
import {test} from 'node:test';
import {CapacityError} from '../../../../source/engine/cloud/capacity-error.js';
import {traitsOf} from '../../../../source/engine/cloud/cloud-traits.js';
import {NotAllowedError} from '../../../../source/engine/cloud/ec2/errors/not-allowed-error.js';
import {onceAt} from '../../../helpers/ec2-server/fault-plan.js';
import {interruptSpot} from '../../../helpers/ec2-server/instance-world.js';
import {ec2Trial, trialOwner, trialRequest, trialTags} from '../../../helpers/ec2-trial.js';

const request = {...trialRequest, spot: true};
const hour = 3_600_000;

test('spot instances are billed at the spot price, which was known before; where it cannot be read it is not known', async t => {
	const {server, clock, process, release} = await ec2Trial(t, {mostPerPage: 2});
	const cloud = process();
	await cloud.prepare(trialOwner);
	const prices = await cloud.spotPrices?.(['m5.large', 't3.micro', 'm7g.large']);
	assert.deepEqual(
		[...(prices ?? [])].map(([type, {hourlyUsd}]) => [type, hourlyUsd]),
		[
			['t3.micro', 0.0035],
			['m5.large', 0.041],
		],
		'the dearest zone of each, from several pages; none where there are no spot instances',
	);
	assert.equal(prices?.get('m5.large')?.at.slice(0, 10), clock.now().toISOString().slice(0, 10));

	await cloud.reserve({...request, count: 1});
	await cloud.reserve({...trialRequest, clientToken: 'token-2', count: 1});
	await clock.sleep(10 * hour);
	assert.deepEqual(
		(await cloud.describe({tags: trialTags})).map(({spot = false}) => spot),
		[true, false],
	);
	const rates = server.bill().map(({usd, seconds}) => Number(((usd * 3600) / seconds).toFixed(4)));
	assert.deepEqual(rates, [0.034, 0.096]);
	await release(cloud);
	assert.deepEqual(server.liveResources(), []);

	server.accounts.get('AKIDTEST')?.denied.add('DescribeSpotPriceHistory');
	assert.equal((await cloud.spotPrices?.(['m5.large']))?.size, 0);
	assert.equal(process({traits: traitsOf('eucalyptus')}).spotPrices, undefined);
});

test('no room for spot instances, a limit of them, their price and a missing right are told apart, and leave nothing', async t => {
	const {server, rules, process} = await ec2Trial(t, {mostSpotVcpus: 3});
	const cloud = process();
	await cloud.prepare(trialOwner);
	const refused = async (reason: string, words: RegExp) =>
		assert.rejects(cloud.reserve(request), (error: unknown) => {
			assert.ok(error instanceof CapacityError);
			assert.equal(error.reason, reason);
			assert.match(error.message, words);
			return true;
		});
	await refused('limit', /2 x m5\.large with 4 vCPUs .*limit of the account for spot instances/);
	assert.equal(server.counts.byAction.get('RunInstances'), 1, 'a limit holds in every zone');

	rules.mostSpotVcpus = 32;
	rules.spotRoom = new Map(rules.zones.map(zone => [zone, 1]));
	await refused('room', /no room for 2 x m5\.large as spot instances now, in none of 3 zone/);

	server.faults = ({action}) =>
		action === 'RunInstances' ? {kind: 'refuse', status: 400, code: 'SpotMaxPriceTooLow'} : undefined;
	await refused('price', /sells no 2 x m5\.large as spot instances at what is paid/);

	server.faults = onceAt('RunInstances', (server.counts.byAction.get('RunInstances') ?? 0) + 1, {
		kind: 'refuse',
		status: 403,
		code: 'AuthFailure.ServiceLinkedRoleCreationNotPermitted',
	});
	await assert.rejects(cloud.reserve(request), NotAllowedError);
	assert.equal(server.world.compute.instances.size, 0);
	await cloud.cleanUp(trialOwner);
	assert.deepEqual(server.liveResources(), []);
});

test('a spot instance is had for the most that is paid at most, in the first zone that sells it so; where none does, it says so before', async t => {
	const {server, process} = await ec2Trial(t);
	const cloud = process();
	await cloud.prepare(trialOwner);
	// 0.034, 0.041 and 0.0385 in the three zones.
	const [instance] = await cloud.reserve({...request, count: 1, spotMaxUsd: 0.0385});
	const had = server.world.compute.instances.get(instance?.id ?? '');
	assert.deepEqual([had?.zone, had?.spotUsd], ['us-east-1a', 0.034]);
	server.world.compute.rules.spotRoom = new Map([['us-east-1a', 0]]);
	const other = await cloud.reserve({...request, clientToken: 'token-2', count: 1, spotMaxUsd: 0.0385});
	assert.equal(server.world.compute.instances.get(other[0]?.id ?? '')?.zone, 'us-east-1c', 'not the dearer one');
	const tooDear = (error: unknown) =>
		error instanceof CapacityError && error.reason === 'price' && /at \$0\.03 per hour each now/.test(error.message);
	await assert.rejects(cloud.reserve({...request, clientToken: 'token-3', spotMaxUsd: 0.03}), tooDear);
	const asked = {instanceType: 'm5.large', count: 1, imageId: request.imageId, spot: true};
	await cloud.checkCapacity([{...asked, spotMaxUsd: 0.035}]);
	await assert.rejects(cloud.checkCapacity([{...asked, spotMaxUsd: 0.03}]), tooDear);
	assert.equal(server.world.compute.instances.size, 2);
});

test('spot instances count against limits of their own', async t => {
	const {process} = await ec2Trial(t, {mostVcpus: 64, mostSpotVcpus: 64});
	const limits = {'on-demand': 4, spot: 6};
	const cloud = process({
		vcpuLimits: async (types, market) => new Map(types.map(type => [type, {name: market, vcpus: limits[market]}])),
	});
	await cloud.prepare(trialOwner);
	await cloud.reserve({...request, count: 2});
	const check = async (spot: boolean, count: number) =>
		cloud.checkCapacity([{instanceType: 'm5.large', count, spot, imageId: request.imageId}]);
	await check(false, 2);
	await check(true, 1);
	await assert.rejects(check(true, 2), /4 vCPUs .* of the 6 .*\(spot\), 4 are in use/);
	await assert.rejects(check(false, 3), /6 vCPUs .* of the 4 .*\(on-demand\), 0 are in use/);
});

test('a spot instance that Amazon takes back says so, one that ends itself does not', async t => {
	const {server, clock, process} = await ec2Trial(t);
	const cloud = process();
	await cloud.prepare(trialOwner);
	const [first] = await cloud.reserve(request);
	await clock.sleep(60_000);
	const {compute} = server.world;
	for (const instance of compute.instances.values()) {
		if (instance.id === first?.id) {
			interruptSpot(compute, instance);
		} else {
			compute.machines.end(instance.id);
		}
	}

	await cloud.describe({tags: trialTags}); // Only now it is seen that one has ended itself.
	await clock.sleep(60_000);
	assert.deepEqual(
		(await cloud.describe({tags: trialTags})).map(({id, state, interrupted = false}) => [
			id === first?.id,
			state,
			interrupted,
		]),
		[
			[true, 'terminated', true],
			[false, 'terminated', false],
		],
	);
});
