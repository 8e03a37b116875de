import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';
import {setImmediate as nextTurn, setTimeout as sleep} from 'node:timers/promises';
import {promisify} from 'node:util';
import {CapacityError} from '../../source/engine/cloud/capacity-error.js';
import {IdempotentParameterMismatchError} from '../../source/engine/cloud/idempotent-parameter-mismatch-error.js';
import {userData} from '../../source/engine/deployments/user-data.js';
import {knownHostsLine} from '../../source/engine/ssh/known-hosts-line.js';
import {makeKeyPair} from '../../source/engine/ssh/make-key-pair.js';
import {cloudSuite} from './cloud-suite.js';
import {createSshdCloud} from './sshd-cloud.js';
import {whenAnswering, whenRunning} from './start-sshd-instances.js';

const run = promisify(execFile);

describe('the cloud of sshd processes', () => {
	let folder = '';
	const [user, host] = [makeKeyPair('user'), makeKeyPair('host')];
	const owner = {installation: 'here', launchKey: 'pi.ABC123', publicKey: user.publicKey};
	const request = {
		owner,
		role: 'Worker',
		imageId: 'ami-00000001',
		instanceType: 'test.small',
		userData: userData([host]),
	};
	const open = () => createSshdCloud({folder: join(folder, 'cloud'), mostInstances: 5});
	const ownTags = {'d2cm:deployment': owner.launchKey};

	before(async () => {
		folder = await mkdtemp(join(tmpdir(), 'd2cm-sshd-cloud-'));
	});
	after(async () => {
		await open().destroy();
		await rm(folder, {recursive: true, maxRetries: 5, retryDelay: 100});
	});

	test('refuses an owner that was not prepared', async () => {
		await assert.rejects(open().reserve({...request, clientToken: 'early', count: 1}), /InvalidKeyPair/);
	});

	test('gives instances with private files that reach each other by plain ssh, host keys checked', async () => {
		const cloud = open();
		await cloud.prepare(owner);
		const hostsBefore = await readFile('/etc/hosts', 'utf8');
		const reserved = await cloud.reserve({...request, clientToken: 'two', count: 2});
		const [first, second] = await whenRunning(
			cloud,
			reserved.map(({id}) => id),
		);
		assert.ok(first?.ssh && second?.ssh && first.privateAddress !== second.privateAddress);
		await Promise.all([whenAnswering(first.ssh), whenAnswering(second.ssh)]);

		await writeFile(join(folder, 'key'), user.privateKey, {mode: 0o600});
		await writeFile(
			join(folder, 'known_hosts'),
			[first.ssh, second.ssh].map(({host: name, port}) => knownHostsLine(name, port, host.publicKey)).join(''),
		);
		const script = `echo x >>/etc/hosts && mkdir /opt/mine && cat >/root/.ssh/id_ed25519 && chmod 600 /root/.ssh/id_ed25519 &&
			echo '${second.privateAddress} ${host.publicKey}' >/root/.ssh/known_hosts &&
			ssh -o BatchMode=yes root@${second.privateAddress} 'hostname; ls /opt/mine || ls -A /root'`;
		const ssh = run('ssh', [
			...['-i', join(folder, 'key'), '-o', `UserKnownHostsFile=${join(folder, 'known_hosts')}`, '-o', 'BatchMode=yes'],
			...['-p', String(first.ssh.port), `root@${first.ssh.host}`, script],
		]);
		ssh.child.stdin?.end(user.privateKey);
		const {stdout} = await ssh;

		assert.equal(stdout, `ip-${second.privateAddress?.replaceAll('.', '-')}\n.ssh\n`);
		assert.equal(await readFile('/etc/hosts', 'utf8'), hostsBefore);
	});

	test('gives the same instances for the same token, also to another object, and starts none twice', async () => {
		const before = open().liveInstances();
		const again = await open().reserve({...request, clientToken: 'two', count: 2});
		await sleep(100);
		assert.deepEqual(open().liveInstances(), before);
		assert.deepEqual(again.map(({id}) => id).toSorted(), [...before].toSorted());
		await assert.rejects(open().reserve({...request, clientToken: 'two', count: 1}), IdempotentParameterMismatchError);
	});

	test('refuses what does not fit, with figures', async () => {
		await assert.rejects(open().reserve({...request, clientToken: 'many', count: 4}), (error: unknown) => {
			assert.ok(error instanceof CapacityError);
			assert.match(error.message, /room for 5 instances, 2 are in use and 4 more/);
			return true;
		});
	});

	test('lets instances die, vanish and be refused on demand', async () => {
		const cloud = open();
		cloud.setFailures({refusedReservations: [2], diesAtStart: [3]});
		const [dying] = await cloud.reserve({...request, clientToken: 'dies', count: 1});
		assert.ok(dying && dying.state !== 'running');
		await assert.rejects(cloud.reserve({...request, clientToken: 'refused', count: 1}), CapacityError);
		const [vanishing = ''] = cloud.liveInstances();
		cloud.vanish(vanishing);
		const look = async () => cloud.describe({ids: [dying.id, vanishing]});
		let instances = await look();
		while (instances.some(({state}) => state !== 'terminated')) {
			await sleep(20);
			instances = await look();
		}

		assert.deepEqual(
			instances.map(({state}) => state),
			['terminated', 'terminated'],
		);
		assert.deepEqual(
			instances.map(({id, stateReason}) => [id, stateReason]).toSorted(),
			[
				[dying.id, 'Server.InsufficientInstanceCapacity: Insufficient capacity to satisfy the instance request'],
				[vanishing, 'Server.InternalError: it stopped by itself'],
			].toSorted(),
		);
	});

	test('terminates for good, and cleans up only after that', async () => {
		const cloud = open();
		await assert.rejects(cloud.cleanUp(owner), /DependencyViolation/);
		await cloud.terminate([...cloud.liveInstances(), 'i-unknown']);
		while (cloud.liveInstances().length > 0) {
			await sleep(5);
		}

		const states = (await cloud.describe({tags: ownTags})).map(({state}) => state);
		assert.deepEqual(states, ['terminated', 'terminated', 'terminated']);
		await cloud.cleanUp(owner);
		await cloud.cleanUp(owner);
		const forgetful = createSshdCloud({folder: join(folder, 'cloud'), forgetAfterMs: 0});
		assert.ok((await forgetful.describe({tags: ownTags})).length < 3);
	});

	test('never shows an instance again that was ended before it was born', async () => {
		const cloud = createSshdCloud({folder: join(folder, 'other cloud')});
		await cloud.prepare(owner);
		const [instance] = await cloud.reserve({...request, clientToken: 'unborn', count: 1});
		assert.ok(instance);
		await cloud.terminate([instance.id]);
		const seen: string[] = [];
		for (const end = Date.now() + 300; Date.now() < end || seen.at(-1) !== 'terminated'; await nextTurn()) {
			const [now] = await cloud.describe({ids: [instance.id]});
			seen.push(now?.state ?? 'forgotten');
		}

		assert.match(seen.join(' '), /^(shutting-down )*(terminated ?)+$/);
	});
});

cloudSuite('sshd processes', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'd2cm-sshd-suite-'));
	const open = () => createSshdCloud({folder});
	return {
		cloud: open(),
		imageId: 'ami-00000001',
		restart: async () => open(),
		async close() {
			await open().destroy();
			await rm(folder, {recursive: true, maxRetries: 5, retryDelay: 100});
		},
	};
});
