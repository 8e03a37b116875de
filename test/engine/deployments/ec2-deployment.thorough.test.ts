import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
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
	assert.ok(bill.every(({seconds}) => seconds >= 60 && seconds < 300));
	assert.equal(server.counts.byAction.get('RunInstances'), 3 + 3, 'one dry and one real for each role');
});
