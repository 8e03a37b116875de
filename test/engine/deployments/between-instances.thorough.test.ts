import assert from 'node:assert/strict';
import {cp, mkdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import type {Cloud} from '../../../source/engine/cloud/cloud.js';
import {traitsOf} from '../../../source/engine/cloud/cloud-traits.js';
import {createEc2Cloud} from '../../../source/engine/cloud/ec2/ec2-cloud.js';
import {runDeployment} from '../../../source/engine/deployments/run-deployment.js';
import {projectFolder} from '../../../source/engine/host/project-folder.js';
import {systemClock} from '../../../source/engine/host/system-clock.js';
import {stepRecord, textList} from '../../../source/engine/jobs/step-marks.js';
import {readJournal} from '../../../source/store/read-journal.js';
import {ec2CloudOn, headnode, strictAmi} from '../../helpers/ec2-cloud-on.js';
import {startSshdServer} from '../../helpers/ec2-deployment.js';
import {testKeys} from '../../helpers/ec2-server/ec2-server.js';
import {memoryJournal} from '../../helpers/memory-journal.js';
import {commandOutput, nodeCommands} from '../../helpers/node-commands.js';
import {motoSix} from '../../helpers/six-clouds.js';
import {sshdContext, sshdDeployment, sshdPlaces, sshdRoot} from '../../helpers/sshd-deployment.js';

type Place = {readonly root: string; readonly cloud: Cloud; readonly imageId: string; readonly instanceType: string};

/** Clouds whose instances are real OpenSSH servers. */
const places: Readonly<Record<string, (t: TestContext) => Promise<Place>>> = {
	async sshd(t) {
		const root = await sshdRoot(t);
		return {root, cloud: sshdPlaces(root).cloud, imageId: 'ami-00000001', instanceType: 'test.small'};
	},
	async 'a strict EC2 server'(t) {
		const {server, sshPort, root} = await startSshdServer(t);
		return {root, cloud: ec2CloudOn(server, {sshPort}), imageId: strictAmi, instanceType: 't3.micro'};
	},
	async moto(t) {
		const six = await motoSix(t);
		await mkdir(join(six.root, 'job'), {mode: 0o700});
		const cloud = createEc2Cloud({
			name: six.name,
			access: {region: 'us-east-1', keys: testKeys, ec2Url: six.url},
			traits: traitsOf('ec2'),
			clock: systemClock,
			headnode: async () => headnode,
			sshPort: six.sshPort,
			// Its list of all types takes seconds to make.
			patience: {attemptTimeoutMs: 300_000},
		});
		return {root: six.root, cloud, imageId: six.imageId, instanceType: 't3.micro'};
	},
};

const commands = nodeCommands({first: 'slave-1', second: 'slave-2', count: 3});

for (const [name, open] of Object.entries(places)) {
	test(`what scripts do between instances, as in the user guide, works from start and async scripts on ${name}`, async t => {
		const {root, cloud, imageId, instanceType} = await open(t);
		const lines = commands.map(({command}) => command);
		const plain = sshdDeployment(root, {
			// Before the first of them, as where nobody has ever logged in from.
			master: {
				uploads: [],
				startScripts: lines,
				asyncScripts: [`set -e\nrm ~/.ssh/known_hosts; : >~/.ssh/known_hosts\n${lines.join('\n')}\ntouch /root/done`],
				doneChecks: [{kind: 'file', path: '/root/done'}],
				downloads: [],
			},
			slave: {count: 2, startScripts: [], asyncScripts: [], downloads: []},
		});
		const deployment = {...plain, roles: plain.roles.map(role => ({...role, imageId, instanceType}))};
		const journal = memoryJournal();
		const context = {...sshdContext(root, deployment, journal), cloud};
		const state = await runDeployment(context);
		assert.equal(state, 'COMPLETED', journal.records.find(record => record.kind === 'end')?.cause);

		const [master = ''] = textList(stepRecord(journal.records, 'reserve', 'finished', 'Master')?.data, 'instances');
		const written = async (script: string) =>
			readFile(join(context.folder, 'Master', master, 'scripts', script, 'out'), 'utf8');
		let all = '';
		for (const [index, {command, shows}] of commands.entries()) {
			const output = commandOutput(await written(`start-${index + 1}`));
			assert.match(output, shows, command);
			all += output;
		}

		const again = commandOutput(await written('async-1'));
		assert.equal(again, all, 'from an async script it is the same');
	});
}

test('where an older version may have given the master an ed25519 key alone, all reach each other, and scripts are told no other', async t => {
	const root = await sshdRoot(t);
	const {folder, cloud} = sshdPlaces(root);
	const fixture = join(projectFolder(), 'test/fixtures/deployments/ed25519-only');
	await cp(join(fixture, 'keys'), join(folder, 'keys'), {recursive: true});
	const {records} = await readJournal(join(fixture, 'journal.jsonl'));
	const reach =
		'for node in master-1 slave-1; do ssh -o StrictHostKeyChecking=yes $node hostname; done; ls /etc/ssh/*_key | wc -l';
	const idle = {uploads: [], asyncScripts: [], doneChecks: [], downloads: []};
	const deployment = sshdDeployment(root, {
		master: {...idle, startScripts: [reach]},
		slave: {
			...idle,
			startScripts: [`${reach}; ssh-keyscan -t rsa,ecdsa,ed25519 master-1 slave-1 2>/dev/null | cut -d ' ' -f 2`],
		},
	});
	const journal = memoryJournal([...records]);
	assert.equal(await runDeployment(sshdContext(root, deployment, journal)), 'COMPLETED');

	const written = async (role: string) => {
		const [instance] = await cloud.describe({tags: {'d2cm:role': role}});
		return readFile(join(folder, role, instance?.id ?? '', 'scripts/start-1/out'), 'utf8');
	};
	assert.equal(await written('Master'), 'master-1\nslave-1\n1\n');
	const [scanned, ...shown] = (await written('Slave')).split('\n3\n').toReversed();
	assert.deepEqual(shown, ['master-1\nslave-1']);
	assert.deepEqual((scanned ?? '').trim().split('\n').toSorted(), [
		'ecdsa-sha2-nistp256',
		'ssh-ed25519',
		'ssh-ed25519',
		'ssh-rsa',
	]);
});
