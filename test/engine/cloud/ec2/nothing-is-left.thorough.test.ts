import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Owner} from '../../../../source/engine/cloud/cloud.js';
import {traitsOf} from '../../../../source/engine/cloud/cloud-traits.js';
import {CloudQuotaError} from '../../../../source/engine/cloud/ec2/errors/cloud-quota-error.js';
import {NoDefaultNetworkError} from '../../../../source/engine/cloud/ec2/errors/no-default-network-error.js';
import type {Ec2Server} from '../../../helpers/ec2-server/ec2-server.js';
import {ec2Trial, trialOwner, trialRequest, trialTags} from '../../../helpers/ec2-trial.js';

const noMoreGroups = (server: Ec2Server, code: string) => {
	server.faults = ({action}) => (action === 'CreateSecurityGroup' ? {kind: 'refuse', status: 400, code} : undefined);
};

for (const [code, error] of [
	['VPCIdNotSpecified', NoDefaultNetworkError],
	['SecurityGroupLimitExceeded', CloudQuotaError],
] as const) {
	test(`where no group can be made (${code}), nothing is left of what was made before, and reaping finds nothing to do`, async t => {
		const {server, process} = await ec2Trial(t);
		noMoreGroups(server, code);
		await assert.rejects(process().prepare(trialOwner), error);
		// As an earlier release left it.
		server.faults = () => undefined;
		await process().prepare(trialOwner);
		server.world.compute.groups.delete([...server.world.compute.groups.keys()].at(-1) ?? '');
		noMoreGroups(server, code);
		await process().cleanUp(trialOwner);
		assert.deepEqual(server.liveResources(), []);
	});
}

test('a group that is not seen yet is found and removed, though no other can be made any more', async t => {
	const {server, rules, process} = await ec2Trial(t);
	await process().prepare(trialOwner);
	rules.unseenMs = 120_000;
	noMoreGroups(server, 'SecurityGroupLimitExceeded');
	await process().cleanUp(trialOwner);
	assert.deepEqual(server.liveResources(), []);
});

test('where a key pair has no tags, its group tells of it for as long as it is there', async t => {
	const {server, process} = await ec2Trial(t);
	const traits = traitsOf('eucalyptus');
	const owner: Owner = {...trialOwner, publicKey: `ssh-rsa ${trialOwner.publicKey.split(' ')[1]} d2cm`};
	const seen = async () => {
		const {ownedKinds = []} = process({traits});
		const found = await Promise.all(ownedKinds.map(async kind => kind.find(owner.installation)));
		return found.flat().map(({launchKey}) => launchKey);
	};
	for (const actions of [['ImportKeyPair'], ['DeleteKeyPair'], ['DeleteSecurityGroup']]) {
		await process({traits})
			.prepare(owner)
			.catch(() => undefined);
		server.faults = ({action}) =>
			actions.includes(action) ? {kind: 'refuse', status: 400, code: 'OperationNotPermitted'} : undefined;
		await process({traits})
			.prepare(owner)
			.catch(() => undefined);
		await process({traits})
			.cleanUp(owner)
			.catch(() => undefined);
		if (server.world.compute.keyPairs.size > 0) {
			assert.ok((await seen()).includes(owner.launchKey), `after a refused ${actions}`);
		}

		server.faults = () => undefined;
	}

	await process({traits}).cleanUp(owner);
	assert.deepEqual(server.liveResources(), []);
});

test('an instance that is protected against its end keeps no other one alive', async t => {
	const {server, clock, process} = await ec2Trial(t);
	const cloud = process();
	await cloud.prepare(trialOwner);
	const reserved = await cloud.reserve({...trialRequest, count: 3});
	const kept = server.world.compute.instances.get(reserved[1]?.id ?? '');
	assert.ok(kept);
	kept.isProtected = true;
	await assert.rejects(cloud.terminate(reserved.map(({id}) => id)), {
		name: 'CloudRefusedError',
		message: new RegExp(`OperationNotPermitted.*${kept.id}`),
	});
	await clock.sleep(60_000);
	const living = (await cloud.describe({tags: trialTags})).filter(({state}) => state !== 'terminated');
	assert.deepEqual(
		living.map(({id}) => id),
		[kept.id],
	);
});

test('a clock that is set while a group is waited for neither ends the wait nor leaves the group', async t => {
	const {server, clock, process} = await ec2Trial(t);
	let aheadMs = 0;
	const jumping = {...clock, now: () => new Date(clock.now().getTime() + aheadMs)};
	const cloud = process({clock: jumping});
	await cloud.prepare(trialOwner);
	server.faults = ({action, ofAction}) => {
		if (action === 'DeleteSecurityGroup' && ofAction <= 4) {
			aheadMs = ofAction * 3_600_000;
			return {kind: 'refuse', status: 400, code: 'DependencyViolation'};
		}

		return undefined;
	};
	await cloud.cleanUp(trialOwner);
	assert.deepEqual(server.liveResources(), []);
});
