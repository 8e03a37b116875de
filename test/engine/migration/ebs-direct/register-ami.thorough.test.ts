import assert from 'node:assert/strict';
import {type TestContext, test} from 'node:test';
import {amiProperties} from '../../../../source/engine/cloud/ami-properties.js';
import {traitsOf} from '../../../../source/engine/cloud/cloud-traits.js';
import {removeAmi} from '../../../../source/engine/cloud/ec2/remove-ami.js';
import {type AmiRequest, registerAmi} from '../../../../source/engine/migration/ebs-direct/register-ami.js';
import {uploadSnapshot} from '../../../../source/engine/migration/ebs-direct/upload-snapshot.js';
import {uploadTrial} from '../../../helpers/ebs-upload.js';
import type {Ec2ServerOptions} from '../../../helpers/ec2-server/ec2-server.js';
import {onceAt} from '../../../helpers/ec2-server/fault-plan.js';

const {signal} = new AbortController();

async function trial(t: TestContext, options: Ec2ServerOptions = {}) {
	const {upload, server, calls} = await uploadTrial(t, {blocks: 1, patience: {attemptTimeoutMs: 1000}, ...options});
	const {snapshotId, volumeGib} = await uploadSnapshot(upload);
	const request: AmiRequest = {
		name: 'worker mig-0123abcd',
		description: 'Debian 12',
		snapshotId,
		volumeGib,
		properties: amiProperties({architecture: 'x86_64', bootMode: 'legacy-bios', rootDevice: 'ebs'}, traitsOf('ec2')),
		tags: {'d2cm:migration': 'mig-0123abcd', 'd2cm:vdi': 'fingerprint', 'd2cm:version': '0.1.0'},
	};
	return {server, calls, request};
}

test('an AMI is private, 64 bit, hvm, and forgets its disk with its instance', async t => {
	const {server, calls, request} = await trial(t, {unseen: 3});

	const {id} = await registerAmi(calls, request, signal);

	const image = server.world.images.get(id);
	assert.ok(image);
	const {architecture, virtualizationType, enaSupport, bootMode, imdsSupport, volumeType, deleteOnTermination} = image;
	assert.deepEqual(
		{architecture, virtualizationType, enaSupport, bootMode, imdsSupport, volumeType, deleteOnTermination},
		{
			architecture: 'x86_64',
			virtualizationType: 'hvm',
			enaSupport: true,
			bootMode: 'legacy-bios',
			imdsSupport: 'v2.0',
			volumeType: 'gp3',
			deleteOnTermination: true,
		},
	);
	assert.deepEqual([...image.launchPermissions], []);
	assert.equal(image.tags.get('d2cm:vdi'), 'fingerprint');
	assert.deepEqual(server.leftovers(), []);
});

for (const kind of ['lose-reply', 'hang', 'cut'] as const) {
	test(`RegisterImage that ends in ${kind} makes one AMI, found by its name`, async t => {
		const {server, calls, request} = await trial(t, {unseen: 2});
		server.faults = onceAt('RegisterImage', 1, {kind});

		const {id} = await registerAmi(calls, request, signal);

		assert.deepEqual([...server.world.images.keys()], [id]);
		assert.equal((await registerAmi(calls, request, signal)).id, id, 'again, as after a crash');
	});
}

test('the name of an AMI with another disk is taken', async t => {
	const {server, calls, request} = await trial(t);
	const {id} = await registerAmi(calls, request, signal);

	await assert.rejects(registerAmi(calls, {...request, snapshotId: 'snap-0123456789abcdef0'}, signal), {
		name: 'AmiNameTakenError',
		imageId: id,
	});
	assert.equal(server.world.images.size, 1);
});

test('a launch permission that is there is taken back', async t => {
	const {server, calls, request} = await trial(t);
	const {id} = await registerAmi(calls, request, signal);
	server.world.images.get(id)?.launchPermissions.add('all').add('210987654321');

	await registerAmi(calls, request, signal);

	assert.deepEqual([...(server.world.images.get(id)?.launchPermissions ?? ['none'])], []);
});

test('an AMI whose launch permission only seems to be taken back is none of ours', async t => {
	const {server, calls, request} = await trial(t);
	const {id} = await registerAmi(calls, request, signal);
	server.faults = ({action}) => {
		if (action === 'DescribeImageAttribute') {
			server.world.images.get(id)?.launchPermissions.add('all');
		}

		return undefined;
	};

	await assert.rejects(registerAmi(calls, request, signal), {name: 'AmiNotPrivateError', imageId: id});
});

test('a missing right to register is named, and nothing is made', async t => {
	const {server, calls, request} = await trial(t);
	server.accounts.get('AKIDTEST')?.denied.add('RegisterImage');

	await assert.rejects(registerAmi(calls, request, signal), {name: 'NotAllowedError', right: 'ec2:RegisterImage'});
	assert.equal(server.world.images.size, 0);
});

test('an AMI goes with its snapshot, also in two tries', async t => {
	const {server, calls, request} = await trial(t);
	const {id, snapshotIds} = await registerAmi(calls, request, signal);
	server.faults = ({action}) =>
		action === 'DeleteSnapshot' ? {kind: 'refuse', status: 400, code: 'Strange'} : undefined;
	await assert.rejects(removeAmi(calls, {imageId: id, snapshotIds}, signal), {name: 'Strange'});
	server.faults = () => undefined;

	await removeAmi(calls, {imageId: id, snapshotIds}, signal);
	await removeAmi(calls, {imageId: id, snapshotIds}, signal);

	assert.equal(server.world.images.size + server.world.snapshots.size, 0);
});
