import assert from 'node:assert/strict';
import {once} from 'node:events';
import {type AddressInfo, connect, createServer} from 'node:net';
import {test} from 'node:test';
import {traitsOf} from '../../../source/engine/cloud/cloud-traits.js';
import type {Ec2Sdk} from '../../../source/engine/cloud/ec2/aws-calls.js';
import {uploadTrial} from '../ebs-upload.js';
import {addAmi, ec2CloudOn} from '../ec2-cloud-on.js';
import {trialOwner, trialRequest, trialTags} from '../ec2-trial.js';
import {startEc2Server, testKeys} from './ec2-server.js';

const {signal} = new AbortController();

test('an import task goes through all its states, and ends with a snapshot', async t => {
	const {calls} = await uploadTrial(t);
	const ask = async (looks: number) => {
		const seen: string[] = [];
		const {ImportTaskId = ''} = await calls.ec2(
			'ImportSnapshot',
			async (client, sdk, options) => client.send(importCommand(sdk), options),
			signal,
		);
		for (let look = 0; look < looks; look++) {
			const {ImportSnapshotTasks: [task] = []} = await calls.ec2(
				'DescribeImportSnapshotTasks',
				async (client, sdk, options) =>
					client.send(new sdk.DescribeImportSnapshotTasksCommand({ImportTaskIds: [ImportTaskId]}), options),
				signal,
			);
			const {Status, StatusMessage, SnapshotId} = task?.SnapshotTaskDetail ?? {};
			seen.push(`${Status} ${StatusMessage ?? SnapshotId}`);
		}

		return seen;
	};

	assert.deepEqual((await ask(6)).slice(0, 5), [
		'active validating',
		'active validated',
		'active downloading/converting',
		'active converting',
		'active updating',
	]);
	assert.match((await ask(1)).join(), /^completed snap-/, 'the same token is the same task');
});

test('an import without the role, and one that fails, say so', async t => {
	for (const imports of [
		{hasRole: false, volumeGib: 1},
		{hasRole: true, volumeGib: 1, failure: 'ClientError: Disk validation failed'},
	]) {
		const {calls} = await uploadTrial(t, {imports});
		const begin = calls.ec2(
			'ImportSnapshot',
			async (client, sdk, options) => client.send(importCommand(sdk), options),
			signal,
		);
		if (!imports.hasRole) {
			await assert.rejects(begin, {name: 'InvalidParameter', message: /vmimport/});
			continue;
		}

		await begin;
		const look = async () =>
			calls.ec2(
				'DescribeImportSnapshotTasks',
				async (client, sdk, options) => client.send(new sdk.DescribeImportSnapshotTasksCommand({}), options),
				signal,
			);
		await look();
		assert.equal((await look()).ImportSnapshotTasks?.[0]?.SnapshotTaskDetail?.Status, 'deleting');
		const {ImportSnapshotTasks: [task] = []} = await look();
		assert.equal(task?.SnapshotTaskDetail?.Status, 'deleted');
		assert.match(task?.SnapshotTaskDetail?.StatusMessage ?? '', /Disk validation/);
	}
});

test('RegisterImage is refused where Amazon refuses it', async t => {
	const {calls, server} = await uploadTrial(t);
	const register = async (more: object) =>
		calls.ec2(
			'RegisterImage',
			async (client, sdk, options) =>
				client.send(
					new sdk.RegisterImageCommand({
						Name: 'worker',
						Architecture: 'x86_64',
						VirtualizationType: 'hvm',
						RootDeviceName: '/dev/xvda',
						BlockDeviceMappings: [{DeviceName: '/dev/xvda', Ebs: {SnapshotId: 'snap-1'}}],
						...more,
					}),
					options,
				),
			signal,
		);

	await assert.rejects(register({VirtualizationType: undefined}), {name: 'InvalidParameterCombination'});
	await assert.rejects(register({Name: 'a'}), {name: 'InvalidAMIName.Malformed'});
	await assert.rejects(register({RootDeviceName: '/dev/sda1'}), {name: 'InvalidBlockDeviceMapping'});
	await assert.rejects(register({}), {name: 'InvalidSnapshot.NotFound'});
	assert.equal(server.world.images.size, 0);
});

test('a dry run tells what would be, and changes nothing', async t => {
	const {calls, server} = await uploadTrial(t);
	const dryRun = async () =>
		calls.ec2(
			'ImportSnapshot',
			async (client, sdk, options) => client.send(importCommand(sdk, {DryRun: true}), options),
			signal,
		);

	await assert.rejects(dryRun(), {name: 'DryRunOperation'});
	server.accounts.get('AKIDTEST')?.denied.add('ImportSnapshot');
	await assert.rejects(dryRun(), {name: 'NotAllowedError', right: 'ec2:ImportSnapshot'});
	assert.equal(server.world.importTasks.size, 0);
});

test('where the query API lies below a path, as with Eucalyptus, everything is asked there and nothing elsewhere', async t => {
	const server = await startEc2Server({queryPath: '/services/compute'});
	t.after(async () => server.close());
	addAmi(server);
	const publicKey = `ssh-rsa ${Buffer.from('\0\0\0\x07ssh-rsa and numbers').toString('base64')}`;
	const owner = {...trialOwner, publicKey};
	const cloud = ec2CloudOn(server, {traits: traitsOf('eucalyptus')});
	await cloud.prepare(owner);
	const reserved = await cloud.reserve({...trialRequest, owner});
	assert.deepEqual(
		(await cloud.describe({tags: trialTags})).map(({id}) => id),
		reserved.map(({id}) => id),
	);
	await cloud.terminate(reserved.map(({id}) => id));
	await cloud.cleanUp(owner);
	assert.deepEqual(server.liveResources(), []);

	// By the literal of an IPv6 address, with and without a slash at the end.
	const front = createServer(socket => {
		const inner = connect(Number(new URL(server.url).port), '127.0.0.1');
		socket.on('error', () => inner.destroy());
		inner.on('error', () => socket.destroy());
		socket.pipe(inner).pipe(socket);
	}).listen(0, '::1');
	await once(front, 'listening');
	t.after(() => front.close());
	for (const path of ['/services/compute', '/services/compute/']) {
		const ec2Url = `http://[::1]:${(front.address() as AddressInfo).port}${path}`;
		const other = ec2CloudOn(server, {access: {region: 'us-east-1', keys: testKeys, ec2Url}});
		assert.equal((await other.describe({tags: trialTags})).length, reserved.length);
	}

	const {origin} = new URL(server.url);
	const astray = ec2CloudOn(server, {access: {region: 'us-east-1', keys: testKeys, ec2Url: origin}});
	await assert.rejects(astray.describe({tags: trialTags}), /There is no service at \//);
});

function importCommand({ImportSnapshotCommand}: Ec2Sdk, more: object = {}) {
	return new ImportSnapshotCommand({
		ClientToken: 'import-1',
		DiskContainer: {Format: 'vmdk', UserBucket: {S3Bucket: 'bucket', S3Key: 'worker.vmdk'}},
		...more,
	});
}
