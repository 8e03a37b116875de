import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdir, mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {
	DescribeInstanceAttributeCommand,
	DescribeInstancesCommand,
	DescribeKeyPairsCommand,
	DescribeSecurityGroupsCommand,
	DescribeVolumesCommand,
	StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import {runDeployment} from '../../../source/engine/deployments/run-deployment.js';
import {makeKeyPair} from '../../../source/engine/ssh/make-key-pair.js';
import {ec2Deployment} from '../../helpers/ec2-deployment.js';
import {memoryJournal} from '../../helpers/memory-journal.js';
import {type MotoPairs, motoLacks, motoPairs} from '../../helpers/moto-pairs.js';
import {startMotoServer} from '../../helpers/moto-server.js';
import {sshdContext} from '../../helpers/sshd-deployment.js';

test('3 roles with 6 instances run by way of moto’s API, spot instances among them, and leave nothing there', async t => {
	for (const lack of motoLacks) {
		t.diagnostic(`moto lacks: ${lack}`);
	}

	const root = await mkdtemp(join(tmpdir(), 'd2cm-moto-'));
	await mkdir(join(root, 'job'), {mode: 0o700});
	const moto = await startMotoServer();
	const {cloud, client, imageId, given, close} = await motoPairs(moto, join(root, 'machines'));
	t.after(async () => {
		await close();
		await moto.end();
		await rm(root, {recursive: true, force: true, maxRetries: 5, retryDelay: 100});
	});
	const all = async () => {
		const {Reservations = []} = await client.send(new DescribeInstancesCommand({}));
		return Reservations.flatMap(({Instances = []}) => Instances);
	};
	let members: readonly string[] = [];
	let rules = '';
	let behaviour = '';
	const journal = memoryJournal([], {
		async beforeAppend(_, entry) {
			if (entry.kind === 'state' && entry.state === 'ROLES_STARTED') {
				const {SecurityGroups = []} = await client.send(new DescribeSecurityGroupsCommand({}));
				const group = SecurityGroups.find(({GroupName = ''}) => GroupName.startsWith('d2cm.'));
				rules = JSON.stringify(group?.IpPermissions);
				const worker = (await all()).find(({Tags = []}) => Tags.some(({Value}) => Value === 'Worker'));
				const shutdown = await client.send(
					new DescribeInstanceAttributeCommand({
						InstanceId: worker?.InstanceId,
						Attribute: 'instanceInitiatedShutdownBehavior',
					}),
				);
				behaviour = shutdown.InstanceInitiatedShutdownBehavior?.Value ?? '';
				const inGroup = (await all()).filter(one =>
					one.SecurityGroups?.some(({GroupId}) => GroupId === group?.GroupId),
				);
				members = inGroup.flatMap(({InstanceId}) => InstanceId ?? []);
			}
		},
	});
	const deployment = ec2Deployment();
	const roles = deployment.roles.map(role => ({
		...role,
		imageId,
		spot: role.name === 'Store',
		stops: role.name === 'Worker',
	}));
	const context = {...sshdContext(root, {...deployment, roles, leaseHours: 24}, journal), cloud};

	const state = await runDeployment(context);

	const events = journal.records.flatMap(record => (record.kind === 'event' ? [record.message] : []));
	assert.equal(state, 'COMPLETED', events.join('\n'));
	const instances = await all();
	assert.equal(instances.length, 6);
	assert.equal(members.length, 6);
	assert.equal(behaviour, 'stop');
	assert.match(rules, /192\.0\.2\.17\/32/);
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
	const {KeyPairs} = await client.send(new DescribeKeyPairsCommand({}));
	const {Volumes} = await client.send(new DescribeVolumesCommand({}));
	const {SecurityGroups = []} = await client.send(new DescribeSecurityGroupsCommand({}));
	assert.deepEqual([KeyPairs, Volumes], [[], []]);
	assert.deepEqual([...new Set(SecurityGroups.map(({GroupName}) => GroupName))], ['default']);
	for (const {kind, find} of cloud.ownedKinds ?? []) {
		assert.deepEqual(await find(deployment.installation), [], kind);
	}

	await stopAndStart({cloud, client, imageId});
});

/** Moto has no instances that switch themselves off; it stops and starts them as it is told. */
async function stopAndStart({cloud, client, imageId}: Pick<MotoPairs, 'cloud' | 'client' | 'imageId'>): Promise<void> {
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
	await client.send(new StopInstancesCommand({InstanceIds: ids}));
	const stopped = await now();
	assert.equal(stopped?.state, 'stopped');
	assert.ok(Math.abs(Date.parse(stopped?.endedAt ?? '') - Date.now()) < 24 * 3_600_000);
	await cloud.start?.(ids);
	assert.equal((await now())?.state, 'running');
	await cloud.terminate(ids);
	await cloud.cleanUp(owner);
	assert.equal((await now())?.state, 'terminated');
}
