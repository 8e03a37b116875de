import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import type * as z from 'zod';
import type {MachineImage} from '../../../source/engine/cloud/cloud.js';
import type {Deployment} from '../../../source/engine/deployments/deployment.js';
import {usersToTry} from '../../../source/engine/deployments/login-user.js';
import {runDeployment} from '../../../source/engine/deployments/run-deployment.js';
import type {JournalRecord} from '../../../source/engine/jobs/journal.js';
import {roleSchema} from '../../../source/engine/templates/template.js';
import {foreignAmis} from '../../helpers/guest-users.js';
import {memoryJournal} from '../../helpers/memory-journal.js';
import {needsRoot} from '../../helpers/needs.js';
import {sshdContext, sshdDeployment, sshdPlaces, sshdRoot} from '../../helpers/sshd-deployment.js';

/** An instance has users beside root only where this process is root. */

/** A deployment whose roles run these AMIs, as they are planned. */
function foreignDeployment(
	root: string,
	roles: ReadonlyArray<Omit<z.input<typeof roleSchema>, 'image'> & {readonly image: MachineImage}>,
): Deployment {
	return {
		...sshdDeployment(root),
		roles: roles.map(({image, ...fields}) => ({
			...roleSchema.parse({image: image.id, ...fields}),
			imageId: image.id,
			instanceType: 'test.small',
			hourlyUsd: 0.01,
			...(fields.user === undefined && {logins: usersToTry(image)}),
		})),
	};
}

const saying = (records: readonly JournalRecord[]) =>
	records.flatMap(record => (record.kind === 'event' ? [record.message] : []));
const causeOf = (records: readonly JournalRecord[]) => records.find(record => record.kind === 'end')?.cause ?? '';
const found = (records: readonly JournalRecord[]) =>
	records.flatMap(record => (record.kind === 'step' && record.step === 'login-user' ? [record.data?.['user']] : []));

test(
	'instances of Ubuntu and of Amazon Linux work together, each as its own user, with sudo where root is needed',
	needsRoot,
	async t => {
		const root = await sshdRoot(t);
		const {folder, cloud} = sshdPlaces(root);
		await mkdir(join(root, 'lone'));
		await writeFile(join(root, 'lone', 'file'), 'alone\n', {mode: 0o755});
		const deployment = foreignDeployment(root, [
			{
				image: foreignAmis.ubuntu,
				name: 'Master',
				uploads: [
					{local: join(root, 'input'), remote: '/home/ubuntu/input'},
					{local: join(root, 'input'), remote: '/opt/experiment/input'},
					{local: join(root, 'lone', 'file'), remote: '/usr/local/lone'},
				],
				startScripts: [
					'id -un >whoami && mkdir out && stat -c "%U %a" /opt/experiment /opt/experiment/input/deep/numbers /usr/local/lone "$D2C_MPI_HOSTFILE" >out/owners',
					"sudo mkdir -m 700 /root/results /home/ubuntu/out/closed; echo sum | sudo sh -c 'umask 077; cat >/home/ubuntu/out/closed/sum; cp /home/ubuntu/out/closed/sum /root/results/'",
				],
				asyncScripts: [
					`ssh slave-1 'id -un; hostname; cat d2cm-role' >out/peer 2>&1
ssh "$(sed -n 2p "$D2C_MPI_HOSTFILE")" 'ssh master-1 id -un; wc -l </tmp/d2c.context' >>out/peer 2>&1
scp -q out/peer slave-1:peer >out/copied 2>&1
echo "$D2C_MPI_HOSTCOUNT $D2CM_ROLE $D2CM_INDEX $D2CM_PROBLEM_SIZE $(hostname) $(cat /opt/experiment/input/deep/numbers)" >out/facts
echo 'result = 6' | sudo sh -c 'umask 077; cat >/root/log; touch /root/done'`,
				],
				doneChecks: [
					{kind: 'file', path: '/root/done'},
					{kind: 'log', path: '/root/log', pattern: '^result = 6$'},
				],
				downloads: ['/home/ubuntu/out', '/root/results', '/home/ubuntu/whoami'],
			},
			{
				image: foreignAmis.amazon,
				name: 'Slave',
				startScripts: ['echo "$D2CM_ROLE" >d2cm-role'],
				asyncScripts: ['true'],
				downloads: ['/home/ec2-user/d2cm-role'],
			},
		]);
		const journal = memoryJournal();

		const state = await runDeployment(sshdContext(root, deployment, journal));

		assert.equal(state, 'COMPLETED', saying(journal.records).join('\n'));
		const [master, slave] = deployment.roles.map(role => role.name);
		const idOf = async (role = '') => (await cloud.describe({tags: {'d2cm:role': role}}))[0]?.id ?? '';
		const result = async (role: string | undefined, path: string) =>
			readFile(join(folder, role ?? '', await idOf(role), path), 'utf8');
		assert.deepEqual(found(journal.records).toSorted(), ['ec2-user', 'ubuntu']);
		assert.equal(await result(master, 'home/ubuntu/whoami'), 'ubuntu\n');
		assert.equal(await result(master, 'home/ubuntu/out/peer'), 'ec2-user\nslave-1\nSlave\nubuntu\n2\n');
		assert.equal(await result(master, 'home/ubuntu/out/copied'), '');
		assert.equal(await result(master, 'home/ubuntu/out/facts'), '2 Master 1 42 master-1 1 2 3\n');
		assert.equal(await result(master, 'home/ubuntu/out/owners'), 'ubuntu 755\nubuntu 644\nroot 755\nubuntu 644\n');
		// What only root may read is here, too.
		assert.equal(await result(master, 'home/ubuntu/out/closed/sum'), 'sum\n');
		assert.equal(await result(master, 'root/results/sum'), 'sum\n');
		assert.equal(await result(slave, 'home/ec2-user/d2cm-role'), 'Slave\n');
		execFileSync('sha256sum', ['-c', '--strict', '--quiet', 'SHA256SUMS'], {cwd: folder});
		assert.deepEqual(cloud.liveInstances(), []);
	},
);

test(
	'the user of an AMI that nothing speaks for is told by its root, in well under the 10 s that it then sleeps',
	needsRoot,
	async t => {
		const root = await sshdRoot(t);
		const journal = memoryJournal();
		const deployment = foreignDeployment(root, [
			{image: foreignAmis.unnamed, name: 'Master', count: 2, startScripts: ['true']},
		]);
		assert.equal(await runDeployment(sshdContext(root, deployment, journal)), 'COMPLETED', causeOf(journal.records));
		assert.deepEqual(found(journal.records), ['scientist', 'scientist']);
	},
);

test('an AMI whose root and name say nothing is tried with one user after the other', needsRoot, async t => {
	const root = await sshdRoot(t);
	const journal = memoryJournal();
	const deployment = foreignDeployment(root, [{image: foreignAmis.silent, name: 'Master', startScripts: ['true']}]);
	assert.equal(await runDeployment(sshdContext(root, deployment, journal)), 'COMPLETED', causeOf(journal.records));
	assert.deepEqual(found(journal.records), ['fedora']);
});

test(
	'an instance whose user gets no root by sudo fails at once in one sentence, and no script was begun',
	needsRoot,
	async t => {
		for (const [image, why] of [
			[
				foreignAmis.passwordSudo,
				/master-1 cannot be set up: ubuntu may not use sudo without a password \(sudo: a password is required\)\.$/,
			],
			[foreignAmis.noSudo, /master-1 cannot be set up: ubuntu may not use sudo without a password \(sudo: .*\)\.$/],
		] as const) {
			const root = await sshdRoot(t);
			const journal = memoryJournal();
			const deployment = foreignDeployment(root, [{image, name: 'Master', startScripts: ['touch begun']}]);
			const begun = Date.now();
			assert.equal(await runDeployment(sshdContext(root, deployment, journal)), 'FAILED');
			assert.ok(Date.now() - begun < 60_000);
			const end = journal.records.find(record => record.kind === 'end');
			assert.match(end?.cause ?? '', why);
			assert.match(end?.hint ?? '', /^Let this user run sudo without a password in the image/);
			assert.ok(!journal.records.some(record => record.kind === 'step' && record.step === 'start-script'));
			assert.deepEqual(sshdPlaces(root).cloud.liveInstances(), []);
		}
	},
);

test(
	'a process that dies once the user was found leaves that to the next, which tries no other',
	needsRoot,
	async t => {
		const root = await sshdRoot(t);
		const crash = new Error('crash');
		let died = false;
		const first = memoryJournal([], {
			async beforeAppend(_, entry) {
				died ||= entry.kind === 'step' && entry.step === 'wait-for-boot' && entry.mark === 'finished';
				if (died) {
					throw crash;
				}
			},
		});
		const deployment = foreignDeployment(root, [{image: foreignAmis.silent, name: 'Master', startScripts: ['true']}]);
		await assert.rejects(runDeployment(sshdContext(root, deployment, first)), crash);
		assert.deepEqual(found(first.records), ['fedora']);
		const tried: string[] = [];
		const second = memoryJournal([...first.records]);
		const context = sshdContext(root, deployment, second);
		const connect: typeof context.connect = async (target, signal) => {
			tried.push(target.user);
			return context.connect(target, signal);
		};
		assert.equal(await runDeployment({...context, connect}), 'COMPLETED', causeOf(second.records));
		assert.deepEqual([...new Set(tried)], ['fedora']);
		assert.deepEqual(found(second.records), ['fedora']);
	},
);

test('where no user that is given or known gets in, the run ends with who was tried', needsRoot, async t => {
	const root = await sshdRoot(t);
	const journal = memoryJournal();
	const deployment = foreignDeployment(root, [{image: foreignAmis.silent, user: 'ubuntu', name: 'Master'}]);
	assert.equal(await runDeployment(sshdContext(root, deployment, journal)), 'FAILED');
	assert.equal(causeOf(journal.records), 'master-1 refuses the login of ubuntu.');
});
