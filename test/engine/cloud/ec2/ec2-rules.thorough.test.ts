import assert from 'node:assert/strict';
import {test} from 'node:test';
import {CapacityError} from '../../../../source/engine/cloud/capacity-error.js';
import type {TypeSupport} from '../../../../source/engine/cloud/cloud.js';
import {traitsOf} from '../../../../source/engine/cloud/cloud-traits.js';
import {GroupInUseError} from '../../../../source/engine/cloud/ec2/errors/group-in-use-error.js';
import {ImageMisfitError} from '../../../../source/engine/cloud/ec2/errors/image-misfit-error.js';
import {KeyPairTakenError} from '../../../../source/engine/cloud/ec2/errors/key-pair-taken-error.js';
import {KeyTypeError} from '../../../../source/engine/cloud/ec2/errors/key-type-error.js';
import {NotAllowedError} from '../../../../source/engine/cloud/ec2/errors/not-allowed-error.js';
import {IdempotentParameterMismatchError} from '../../../../source/engine/cloud/idempotent-parameter-mismatch-error.js';
import {misfit} from '../../../../source/engine/cloud/misfit.js';
import {UnknownImageError} from '../../../../source/engine/cloud/unknown-image-error.js';
import {UnknownInstanceTypeError} from '../../../../source/engine/cloud/unknown-instance-type-error.js';
import {addAmi, strictAmi} from '../../../helpers/ec2-cloud-on.js';
import {onceAt} from '../../../helpers/ec2-server/fault-plan.js';
import {ec2Trial, trialOwner, trialRequest, trialTags} from '../../../helpers/ec2-trial.js';

const ids = (instances: ReadonlyArray<{readonly id: string}>) => instances.map(({id}) => id);

test('where one zone is full, the next is tried, each told of before; who was told of it last is given the same there again', async t => {
	const {server, rules, process, release} = await ec2Trial(t);
	rules.room = new Map([
		['us-east-1a', 1],
		['us-east-1b', 1],
	]);
	const cloud = process();
	await cloud.prepare(trialOwner);
	// As Amazon may do: it chooses a zone by itself, and that is full.
	server.faults = onceAt('RunInstances', 1, {kind: 'refuse', status: 500, code: 'InsufficientInstanceCapacity'});
	const told: Array<string | undefined> = [];
	const onZone = async (zone: string | undefined) => {
		told.push(zone);
	};
	const reserved = await cloud.reserve({...trialRequest, onZone});
	assert.deepEqual(
		[...server.world.compute.instances.values()].map(({zone}) => zone),
		['us-east-1c', 'us-east-1c'],
	);
	assert.deepEqual(told, ['us-east-1a', 'us-east-1b', 'us-east-1c']);

	rules.room = new Map();
	const again = await process().reserve({...trialRequest, onZone, lastZone: 'us-east-1c'});
	assert.deepEqual(ids(again), ids(reserved), 'after a crash, with room everywhere');
	assert.equal(server.world.compute.instances.size, 2);
	assert.equal(told.length, 3);
	await release(cloud);
	assert.deepEqual(server.liveResources(), []);
});

test('no room anywhere and a limit that is reached are told apart, with figures, and leave nothing', async t => {
	const {server, rules, process} = await ec2Trial(t, {mostVcpus: 3});
	const cloud = process();
	await cloud.prepare(trialOwner);
	await assert.rejects(cloud.reserve(trialRequest), (error: unknown) => {
		assert.ok(error instanceof CapacityError);
		assert.match(error.message, /^2 x m5\.large with 4 vCPUs .*limit of 3/);
		return true;
	});
	assert.equal(server.counts.byAction.get('RunInstances'), 1, 'a limit holds in every zone');

	rules.mostVcpus = 64;
	rules.room = new Map(rules.zones.map(zone => [zone, 1]));
	await assert.rejects(cloud.reserve(trialRequest), (error: unknown) => {
		assert.ok(error instanceof CapacityError);
		assert.match(error.message, /no room for 2 x m5\.large now, in none of 3 zone/);
		return true;
	});
	assert.equal(server.world.compute.instances.size, 0);
	await cloud.cleanUp(trialOwner);
	assert.deepEqual(server.liveResources(), []);
});

for (const code of ['InvalidKeyPair.NotFound', 'InvalidGroup.NotFound']) {
	test(`a reservation that does not see yet what was made for it (${code}) is asked for again`, async t => {
		const {server, process} = await ec2Trial(t);
		const cloud = process();
		await cloud.prepare(trialOwner);
		server.faults = onceAt('RunInstances', 1, {kind: 'refuse', status: 400, code});
		assert.equal((await cloud.reserve(trialRequest)).length, 2);
		assert.equal(server.world.compute.instances.size, 2);
	});
}

test('a reservation whose reply is lost is the same reservation; another one under its token is refused', async t => {
	const {server, process} = await ec2Trial(t);
	const cloud = process();
	await cloud.prepare(trialOwner);
	server.faults = onceAt('RunInstances', 1, {kind: 'lose-reply'});
	assert.equal((await cloud.reserve(trialRequest)).length, 2);
	assert.equal(server.world.compute.instances.size, 2);
	await assert.rejects(cloud.reserve({...trialRequest, count: 3}), IdempotentParameterMismatchError);
	assert.equal(server.world.compute.instances.size, 2);
});

test('with a minute until anything new is seen, a process that remembers nothing still leaves nothing', async t => {
	for (const dies of ['before the reservation', 'after it', 'never']) {
		const {server, clock, process, release} = await ec2Trial(t, {unseenMs: 60_000});
		const cloud = process();
		await cloud.prepare(trialOwner);
		if (dies !== 'before the reservation') {
			const reserved = await cloud.reserve(trialRequest);
			assert.deepEqual(ids(await cloud.describe({tags: trialTags})), ids(reserved), 'not seen is not gone');
			assert.deepEqual(await process().describe({tags: trialTags}), []);
		}

		const before = clock.now().getTime();
		await release(dies === 'never' ? cloud : process());
		assert.deepEqual(server.liveResources(), [], dies);
		assert.ok(clock.now().getTime() - before < 10 * 60_000);
	}
});

test('user data of 16 KiB before they are encoded are taken, and refused with one byte more', async t => {
	const {server, process, release} = await ec2Trial(t);
	const cloud = process();
	await cloud.prepare(trialOwner);
	// Two bytes a letter: bytes are counted.
	const longest = 'ä'.repeat(8 * 1024);
	await assert.rejects(cloud.reserve({...trialRequest, userData: `${longest}.`}), /limited to 16384 bytes/);
	assert.equal(server.world.compute.instances.size, 0);
	await cloud.reserve({...trialRequest, clientToken: 'token-2', userData: longest});
	assert.deepEqual(
		[...server.world.compute.instances.values()].map(({boot}) => boot.userData === longest),
		[true, true],
	);
	await release(cloud);
});

test('one id that is not known does not keep the others alive', async t => {
	const {server, process} = await ec2Trial(t);
	const cloud = process();
	await cloud.prepare(trialOwner);
	const [first, second] = ids(await cloud.reserve(trialRequest));
	await cloud.terminate([first ?? '', 'i-0000000000000beef', second ?? '']);
	assert.ok(server.liveResources().every(resource => !resource.startsWith('running')));
	assert.deepEqual(
		(await cloud.describe({tags: trialTags})).map(({state}) => state),
		['shutting-down', 'shutting-down'],
	);
});

test('an instance that ends while it is pending says why', async t => {
	const {process} = await ec2Trial(t, {
		diesPending: number => (number === 2 ? 'Server.InsufficientInstanceCapacity' : undefined),
	});
	const cloud = process();
	await cloud.prepare(trialOwner);
	await cloud.reserve(trialRequest);
	const reasons = (await cloud.describe({tags: trialTags})).map(({stateReason}) => stateReason ?? '');
	assert.equal(reasons.filter(reason => reason.startsWith('Server.InsufficientInstanceCapacity')).length, 1);
});

test('where tags come after the reservation, a death between them loses no instance', async t => {
	const {server, process, release} = await ec2Trial(t);
	const traits = {...traitsOf('ec2'), tagOnCreate: false};
	const cloud = process({traits});
	await cloud.prepare(trialOwner);
	server.faults = ({action}) =>
		action === 'CreateTags' ? {kind: 'refuse', status: 400, code: 'SimulatedDeath'} : undefined;
	await assert.rejects(cloud.reserve(trialRequest), {code: 'SimulatedDeath'});
	assert.deepEqual(
		[...server.world.compute.instances.values()].map(({tags}) => tags.size),
		[0, 0],
	);

	server.faults = () => undefined;
	const after = process({traits});
	assert.equal((await after.describe({tags: trialTags})).length, 2);
	assert.equal((await after.describe({tags: {'d2cm:installation': trialOwner.installation}})).length, 2);
	const again = await process({traits}).reserve(trialRequest);
	assert.deepEqual(new Set(again.map(({tags}) => tags['d2cm:role'])), new Set(['Worker']));
	assert.equal(server.world.compute.instances.size, 2);
	await release(after);
	assert.deepEqual(server.liveResources(), []);
});

test('from another address of this machine only the new one may log in', async t => {
	const {server, process} = await ec2Trial(t);
	const cidrs = () =>
		[...server.world.compute.groups.values()].flatMap(({ingress}) => ingress.flatMap(({cidr}) => cidr ?? []));
	await process().prepare(trialOwner);
	assert.deepEqual(cidrs(), ['192.0.2.17/32']);
	await process({headnode: async () => '198.51.100.3'}).prepare(trialOwner);
	assert.deepEqual(cidrs(), ['198.51.100.3/32']);
});

test('a key pair of another installation is left alone, our own of another key is replaced, a key type it does not take is named', async t => {
	const {server, process} = await ec2Trial(t);
	const {keyPairs} = server.world.compute;
	const cloud = process();
	await cloud.prepare(trialOwner);
	await assert.rejects(cloud.prepare({...trialOwner, installation: 'another'}), KeyPairTakenError);
	const publicKey = trialOwner.publicKey.replace('AAAAIFyL', 'AAAAIFyM');
	await cloud.prepare({...trialOwner, publicKey});
	assert.equal(keyPairs.get(trialOwner.launchKey)?.publicKey, publicKey);
	const traits = {...traitsOf('ec2'), keyTypes: ['rsa'] as const};
	await assert.rejects(process({traits}).prepare(trialOwner), KeyTypeError);
});

test('before the start it is asked what can be asked: AMI, architecture, limit and rights', async t => {
	const {server, process} = await ec2Trial(t, {mostVcpus: 7});
	addAmi(server, {id: 'ami-000000000000000a1', name: 'arm', architecture: 'arm64', bootMode: 'uefi'});
	const cloud = process();
	const check = async (instanceType: string, imageId: string, count = 1) =>
		cloud.checkCapacity([{instanceType, imageId, count}]);
	await check('m5.large', strictAmi, 3);
	await assert.rejects(check('m5.large', 'ami-00000000000000bad'), UnknownImageError);
	await assert.rejects(check('m7g.large', strictAmi), ImageMisfitError);
	await assert.rejects(check('m5.large', 'ami-000000000000000a1'), ImageMisfitError);
	await assert.rejects(check('m5.large', strictAmi, 4), (error: unknown) => {
		assert.ok(error instanceof CapacityError);
		assert.match(error.message, /^8 vCPUs .* of the 7 .* 0 are in use/);
		return true;
	});
	server.accounts.get('AKIDTEST')?.denied.add('RunInstances');
	await assert.rejects(check('m5.large', strictAmi), NotAllowedError);
	assert.deepEqual(server.liveResources(), []);
});

test('of AMIs and types the adapter tells what must fit, and misfits are refused in the same words', async t => {
	const {server, rules, process} = await ec2Trial(t);
	const nano = {
		name: 't2.nano',
		vcpus: 1,
		memoryMib: 512,
		hourlyUsd: 0.0058,
		architectures: ['i386', 'x86_64'],
		bootModes: ['legacy-bios'],
		virtualizations: ['hvm'],
		rootDevices: ['ebs'],
		usageClasses: ['on-demand'],
	};
	rules.types = [...rules.types, nano];
	const {id} = addAmi(server, {id: 'ami-000000000000000a1', name: 'uefi', bootMode: 'uefi'});
	const stored = addAmi(server, {id: 'ami-000000000000000a2', name: 'stored', snapshotId: '', location: 'b/manifest'});
	const cloud = process();
	const [types, images] = [await cloud.instanceTypes(), await cloud.images()];
	const {architectures, bootModes, virtualizations, rootDevices} = nano;
	assert.deepEqual(types.find(({name}) => name === 't2.nano')?.supports, {
		architectures,
		bootModes,
		virtualizations,
		rootDevices,
		spot: false,
	});
	const silent = types.find(({name}) => name === 'm5.large');
	assert.equal(silent?.supports?.spot, undefined, 'not told is not no');
	for (const imageId of [id, stored.id]) {
		const image = images.find(one => one.id === imageId);
		assert.ok(image);
		const {architecture, bootMode, virtualization, rootDevice} = image;
		assert.deepEqual(
			{architecture, bootMode, virtualization, rootDevice},
			{
				architecture: 'x86_64',
				bootMode: imageId === id ? 'uefi' : 'legacy-bios',
				virtualization: 'hvm',
				rootDevice: imageId === id ? 'ebs' : 'instance-store',
			},
		);
		await assert.rejects(cloud.checkCapacity([{instanceType: 't2.nano', imageId, count: 1}]), {
			name: 'ImageMisfitError',
			message: `The AMI ${imageId} ${misfit(image, {name: 't2.nano', supports: nano as TypeSupport})}.`,
		});
	}
});

test('a group that something else is in is waited for, and then named', async t => {
	const {server, clock, process} = await ec2Trial(t);
	const cloud = process();
	await cloud.prepare(trialOwner);
	server.faults = ({action}) =>
		action === 'DeleteSecurityGroup' ? {kind: 'refuse', status: 400, code: 'DependencyViolation'} : undefined;
	const before = clock.now().getTime();
	await assert.rejects(cloud.cleanUp(trialOwner), GroupInUseError);
	assert.ok(clock.now().getTime() - before >= 10 * 60_000);
	server.faults = () => undefined;
	await process().cleanUp(trialOwner);
	assert.deepEqual(server.liveResources(), []);
});

for (const code of ['InvalidGroup.NotFound', 'InvalidSecurityGroupID.NotFound']) {
	test(`a group no question had shown is not taken for gone because its removal does not see it yet (${code})`, async t => {
		const {server, process} = await ec2Trial(t);
		server.faults = onceAt('DeleteSecurityGroup', 1, {kind: 'refuse', status: 400, code});
		await process().cleanUp(trialOwner);
		assert.deepEqual(server.liveResources(), []);
		assert.equal(server.counts.byAction.get('DeleteSecurityGroup'), 2);
	});
}

test('a group that was shown and then is gone has been taken away, and none is made to prove it', async t => {
	const {server, process} = await ec2Trial(t);
	const cloud = process();
	await cloud.prepare(trialOwner);
	server.faults = onceAt('DeleteSecurityGroup', 1, {kind: 'lose-reply'});
	await cloud.cleanUp(trialOwner);
	assert.deepEqual(server.liveResources(), []);
	assert.equal(server.counts.byAction.get('DeleteSecurityGroup'), 2);
	assert.equal(server.counts.byAction.get('CreateSecurityGroup'), 1);
});

test('more instances than go into one page are all found and all ended', async t => {
	const {server, process, release} = await ec2Trial(t, {mostVcpus: 1000, mostPerPage: 60});
	const cloud = process();
	await cloud.prepare(trialOwner);
	await cloud.reserve({...trialRequest, instanceType: 't3.micro', count: 210});
	const found = await cloud.describe({tags: trialTags});
	assert.equal(found.length, 210);
	assert.equal((await cloud.describe({ids: ids(found)})).length, 210);
	await release(cloud);
	assert.deepEqual(server.liveResources(), []);
	assert.equal(server.bill().length, 0, 'ended while pending');
});

test('a cloud that lists its instance types in a form of its own has those it is installed with', async t => {
	const {rules, process} = await ec2Trial(t);
	rules.types = [];
	const cloud = process({traits: traitsOf('eucalyptus')});
	assert.ok((await cloud.instanceTypes()).some(({name}) => name === 'm1.small'));
	await cloud.checkCapacity([{instanceType: 'm1.small', count: 1}]);
	await assert.rejects(cloud.checkCapacity([{instanceType: 'm9.huge', count: 1}]), UnknownInstanceTypeError);
});
