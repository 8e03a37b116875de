import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {traitsOf} from '../../../source/engine/cloud/cloud-traits.js';
import {runDeployment} from '../../../source/engine/deployments/run-deployment.js';
import {ec2CloudOn, headnode} from '../../helpers/ec2-cloud-on.js';
import {ec2Deployment, startSshdServer} from '../../helpers/ec2-deployment.js';
import {memoryJournal} from '../../helpers/memory-journal.js';
import {sshdContext} from '../../helpers/sshd-deployment.js';

test('3 roles with 6 instances run on EC2 from the group to the bill, and leave nothing', async t => {
	const {server, sshPort, root} = await startSshdServer(t);
	const {compute} = server.world;
	const ingress = new Set<string>();
	const journal = memoryJournal([], {
		async afterAppend() {
			for (const group of compute.groups.values()) {
				for (const {protocol, fromPort, toPort, cidr, groupId} of group.ingress) {
					ingress.add(
						`${protocol} ${fromPort ?? ''}-${toPort ?? ''} ${cidr ?? (groupId === group.id ? 'members' : '?')}`,
					);
				}
			}
		},
	});
	const context = {
		...sshdContext(root, ec2Deployment(), journal),
		cloud: ec2CloudOn(server, {sshPort}),
	};

	const state = await runDeployment(context);

	const events = journal.records.flatMap(record => (record.kind === 'event' ? [record.message] : []));
	assert.equal(state, 'COMPLETED', events.join('\n'));
	const instances = [...compute.instances.values()];
	assert.equal(instances.length, 6);
	for (const {id, tags, httpTokens, shutdownBehavior, deleteOnTermination} of instances) {
		const role = tags.get('d2cm:role');
		const number = instances.filter(one => one.tags.get('d2cm:role') === role).findIndex(one => one.id === id) + 1;
		const result = await readFile(join(context.folder, `${role}/${id}/root/out/started`), 'utf8');
		assert.equal(result, `${role} ${number}\n`);
		assert.deepEqual([httpTokens, shutdownBehavior, deleteOnTermination], ['required', 'terminate', true]);
	}

	const master = instances.find(({tags}) => tags.get('d2cm:role') === 'Master')?.id;
	const read = async (name: string) => readFile(join(context.folder, `Master/${master}/root/out/${name}`), 'utf8');
	assert.match(await read('peer'), /^worker-3\n$/);
	assert.deepEqual([await read('hosts'), await read('count')], ['6\n', '6\n']);
	execFileSync('sha256sum', ['-c', '--strict', '--quiet', 'SHA256SUMS'], {cwd: context.folder});

	assert.deepEqual([...ingress].toSorted(), ['-1 - members', `tcp ${sshPort}-${sshPort} ${headnode}/32`]);
	assert.deepEqual(server.liveResources(), []);
	const bill = server.bill();
	assert.deepEqual(bill.map(({instanceType}) => instanceType).toSorted(), ['m5.large', ...Array(5).fill('t3.micro')]);
	assert.ok(bill.every(({seconds}) => seconds >= 60));
	assert.equal(server.counts.byAction.get('RunInstances'), 3 + 3, 'one dry and one real for each role');
});

test('on a cloud that takes RSA keys alone, tags nothing on create and knows no IMDSv2, it is the same', async t => {
	const {server, sshPort, root} = await startSshdServer(t);
	const journal = memoryJournal();
	const deployment = ec2Deployment();
	const cloud = ec2CloudOn(server, {sshPort, traits: traitsOf('eucalyptus')});
	const roles = deployment.roles.filter(({name}) => name === 'Store');
	const context = {...sshdContext(root, {...deployment, roles}, journal), cloud};

	const state = await runDeployment(context);

	const events = journal.records.flatMap(record => (record.kind === 'event' ? [record.message] : []));
	assert.equal(state, 'COMPLETED', events.join('\n'));
	assert.match(await readFile(join(context.folder, 'pi.EC2SIX.pem'), 'utf8'), /^-----BEGIN RSA PRIVATE KEY-----/);
	for (const {id, tags} of server.world.compute.instances.values()) {
		assert.equal(tags.get('d2cm:role'), 'Store');
		assert.match(await readFile(join(context.folder, `Store/${id}/root/out/result`), 'utf8'), /^result Store [12] 42/);
	}

	assert.deepEqual(server.liveResources(), []);
});

test('taken up from another address of this machine, a deployment lets that one in', async t => {
	const {server, sshPort, root} = await startSshdServer(t);
	const deployment = {...ec2Deployment(), roles: ec2Deployment().roles.filter(({name}) => name === 'Store')};
	const died = new Error('The process died.');
	let isDead = false;
	const first = memoryJournal([], {
		async beforeAppend(_, entry) {
			isDead ||= entry.kind === 'step' && entry.step === 'wait-for-boot' && entry.mark === 'finished';
			if (isDead) {
				throw died;
			}
		},
	});
	await assert.rejects(
		runDeployment({...sshdContext(root, deployment, first), cloud: ec2CloudOn(server, {sshPort})}),
		died,
	);
	const seen = new Set<string>();
	const second = memoryJournal([...first.records], {
		async afterAppend() {
			for (const {ingress} of server.world.compute.groups.values()) {
				seen.add(ingress.flatMap(({cidr}) => cidr ?? []).join());
			}
		},
	});
	const cloud = ec2CloudOn(server, {sshPort, headnode: async () => '198.51.100.3'});
	assert.equal(await runDeployment({...sshdContext(root, deployment, second), cloud}), 'COMPLETED');
	assert.ok(seen.has('198.51.100.3/32'));
	assert.equal(server.world.compute.instances.size, 2);
	assert.deepEqual(server.liveResources(), []);
});
