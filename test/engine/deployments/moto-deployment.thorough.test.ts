import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {DescribeInstanceAttributeCommand, DescribeSecurityGroupsCommand} from '@aws-sdk/client-ec2';
import type {Cloud} from '../../../source/engine/cloud/cloud.js';
import {traitsOf} from '../../../source/engine/cloud/cloud-traits.js';
import {createEc2Cloud} from '../../../source/engine/cloud/ec2/ec2-cloud.js';
import {runDeployment} from '../../../source/engine/deployments/run-deployment.js';
import {systemClock} from '../../../source/engine/host/system-clock.js';
import {makeKeyPair} from '../../../source/engine/ssh/make-key-pair.js';
import {headnode} from '../../helpers/ec2-cloud-on.js';
import {ec2Deployment} from '../../helpers/ec2-deployment.js';
import {testKeys} from '../../helpers/ec2-server/ec2-server.js';
import {memoryJournal} from '../../helpers/memory-journal.js';
import {instancesOf, motoSix} from '../../helpers/six-clouds.js';
import {sshdContext} from '../../helpers/sshd-deployment.js';

test('3 roles with 6 instances, spot instances among them, are in moto what they should be, and leave nothing there', async t => {
	const six = await motoSix(t);
	const {client, given} = six.front;
	const cloud = createEc2Cloud({
		name: six.name,
		access: {region: 'us-east-1', keys: testKeys, ec2Url: six.url},
		// moto says of no AMI whether it has ENA.
		traits: {...traitsOf('ec2'), tellsEna: false},
		clock: systemClock,
		headnode: async () => headnode,
		sshPort: six.sshPort,
		// Its list of all types takes seconds to make.
		patience: {attemptTimeoutMs: 300_000},
	});
	await mkdir(join(six.root, 'job'), {mode: 0o700});
	let members: readonly string[] = [];
	let rules = '';
	let behaviour = '';
	const journal = memoryJournal([], {
		async beforeAppend(_, entry) {
			if (entry.kind === 'state' && entry.state === 'ROLES_STARTED') {
				const {SecurityGroups = []} = await client.send(new DescribeSecurityGroupsCommand({}));
				const group = SecurityGroups.find(({GroupName = ''}) => GroupName.startsWith('d2cm.'));
				rules = JSON.stringify(group?.IpPermissions);
				const worker = (await instancesOf(client)).find(({Tags = []}) => Tags.some(({Value}) => Value === 'Worker'));
				const shutdown = await client.send(
					new DescribeInstanceAttributeCommand({
						InstanceId: worker?.InstanceId,
						Attribute: 'instanceInitiatedShutdownBehavior',
					}),
				);
				behaviour = shutdown.InstanceInitiatedShutdownBehavior?.Value ?? '';
				const inGroup = (await instancesOf(client)).filter(one =>
					one.SecurityGroups?.some(({GroupId}) => GroupId === group?.GroupId),
				);
				members = inGroup.flatMap(({InstanceId}) => InstanceId ?? []);
			}
		},
	});
	const deployment = ec2Deployment();
	const roles = deployment.roles.map(role => ({
		...role,
		imageId: six.imageId,
		spot: role.name === 'Store',
		stops: role.name === 'Worker',
	}));
	const context = {...sshdContext(six.root, {...deployment, roles, leaseHours: 24}, journal), cloud};

	const state = await runDeployment(context);

	const events = journal.records.flatMap(record => (record.kind === 'event' ? [record.message] : []));
	assert.equal(state, 'COMPLETED', events.join('\n'));
	const instances = await instancesOf(client);
	assert.equal(instances.length, 6);
	assert.equal(members.length, 6);
	assert.equal(behaviour, 'stop');
	assert.ok(rules.includes(`${headnode}/32`), rules);
	for (const {InstanceId = '', State, Tags = [], InstanceLifecycle, InstanceType} of instances) {
		const tags = Object.fromEntries(Tags.map(({Key = '', Value = ''}) => [Key, Value]));
		const role = tags['d2cm:role'] ?? '';
		assert.equal(State?.Name, 'terminated');
		assert.deepEqual(
			[tags['d2cm:installation'], tags['d2cm:deployment']],
			[deployment.installation, deployment.launchKey],
		);
		assert.equal(InstanceType, role === 'Master' ? 'm5.large' : 't3.micro');
		assert.equal(InstanceLifecycle === 'spot', role === 'Store');
		assert.match(given.get(InstanceId)?.userData ?? '', /^#cloud-config\n[\s\S]*ssh_keys:[\s\S]*bootcmd:/);
		assert.match(given.get(InstanceId)?.publicKey ?? '', /^ssh-ed25519 /);
		const started = await readFile(join(context.folder, `${role}/${InstanceId}/root/out/started`), 'utf8');
		assert.match(started, new RegExp(`^${role} [123]\\n$`));
	}

	execFileSync('sha256sum', ['-c', '--strict', '--quiet', 'SHA256SUMS'], {cwd: context.folder});
	assert.deepEqual(await six.left(), []);
	for (const {kind, find} of cloud.ownedKinds ?? []) {
		assert.deepEqual(await find(deployment.installation), [], kind);
	}

	await stopAndStart(cloud, six.imageId);
});

/** Moto has no instances that switch themselves off; it stops and starts them as it is told. */
async function stopAndStart(cloud: Cloud, imageId: string): Promise<void> {
	const {installation, roles} = ec2Deployment();
	const owner = {installation, launchKey: 'pi.STOPS1', publicKey: makeKeyPair('stops').publicKey};
	await cloud.prepare(owner);
	const [instance] = await cloud.reserve({
		clientToken: 'stops-1',
		owner,
		role: 'Worker',
		imageId,
		instanceType: roles[0]?.instanceType ?? '',
		count: 1,
		stops: true,
		userData: '',
	});
	const ids = [instance?.id ?? ''];
	const now = async () => (await cloud.describe({ids}))[0];
	await cloud.stop?.(ids);
	const stopped = await now();
	assert.equal(stopped?.state, 'stopped');
	assert.ok(Math.abs(Date.parse(stopped?.endedAt ?? '') - Date.now()) < 24 * 3_600_000);
	await cloud.start?.(ids);
	assert.equal((await now())?.state, 'running');
	await cloud.terminate(ids);
	await cloud.cleanUp(owner);
	assert.equal((await now())?.state, 'terminated');
}
