import assert from 'node:assert/strict';
import {cpSync, existsSync, mkdirSync, readdirSync, readFileSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import type {Deployment} from '../../../source/engine/deployments/deployment.js';
import {deploymentHostKeys, deploymentKeys} from '../../../source/engine/deployments/deployment-keys.js';
import {projectFolder} from '../../../source/engine/host/project-folder.js';
import {LocalFileError} from '../../../source/engine/ssh/local-file-error.js';
import {type KeyPair, keyType, makeRsaKeyPair} from '../../../source/engine/ssh/make-key-pair.js';
import {readJournal} from '../../../source/store/read-journal.js';
import {FakeDeployment} from '../../helpers/fake-deployment.js';
import {SimulatedCrash} from '../../helpers/fake-world.js';
import {parseUserData} from '../../helpers/parse-user-data.js';
import {quickRsaKeyPair} from '../../helpers/quick-rsa-key.js';
import {sampleDeployment} from '../../helpers/sample-deployment.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const allTypes = ['ed25519', 'ecdsa', 'rsa'];
const typesOf = (pairs: readonly KeyPair[] = []) => pairs.map(({publicKey}) => keyType(publicKey));
const fresh = {isReserved: () => false, rsaKey: async () => quickRsaKeyPair('pi')};

test('keys that cannot be written are one error with a hint, and nothing of it goes unheard', async t => {
	const folder = await temporaryFolder(t);
	const deployment = sampleDeployment();
	// Folders in the way of files: as on a full disk, no key can be written.
	const paths = [`${deployment.launchKey}.pem`, ...deployment.roles.map(({name}) => `keys/host-${name}`)];
	for (const path of paths) {
		mkdirSync(join(folder, `${path}.pub`), {recursive: true});
	}

	await assert.rejects(deploymentKeys(folder, deployment), LocalFileError);
	await assert.rejects(deploymentHostKeys(folder, deployment, fresh), LocalFileError);
	await new Promise(resolve => setTimeout(resolve, 50)); // An unheard failure would end the test here.
});

test('each role has an ed25519, an ECDSA and an RSA host key, the same ones each time', async t => {
	const folder = await temporaryFolder(t);
	const rsa = await makeRsaKeyPair('pi');
	const hosts = await deploymentHostKeys(folder, sampleDeployment(), {...fresh, rsaKey: async () => rsa});
	for (const role of ['Master', 'Slave']) {
		assert.deepEqual(typesOf(hosts.get(role)), ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ssh-rsa']);
	}

	const keys = new Set([...hosts.values()].flat().map(({privateKey}) => privateKey));
	assert.equal(keys.size, 2 + 2 + 1, 'the roles share the RSA key alone');
	const forbidden = async () => assert.fail('there is one');
	assert.deepEqual(await deploymentHostKeys(folder, sampleDeployment(), {...fresh, rsaKey: forbidden}), hosts);
	const reserved = {isReserved: () => true, rsaKey: forbidden};
	assert.deepEqual(await deploymentHostKeys(folder, sampleDeployment(), reserved), hosts);
});

test('host keys are whole after a crash at any file: the one that was not is made anew, and no other', async t => {
	const folder = await temporaryFolder(t);
	let before = await deploymentHostKeys(folder, sampleDeployment(), fresh);
	const files = readdirSync(join(folder, 'keys')).filter(name => !name.endsWith('.pub'));
	assert.equal(files.length, 6);
	for (const file of files) {
		await rm(join(folder, 'keys', file)); // It is written last.
		const after = await deploymentHostKeys(folder, sampleDeployment(), fresh);
		for (const [role, pairs] of after) {
			for (const [index, pair] of pairs.entries()) {
				const name = `${['host', 'ecdsa', 'rsa'][index]}-${role}`;
				const [privateKey, publicKey] = ['', '.pub'].map(end =>
					readFileSync(join(folder, 'keys', `${name}${end}`), 'utf8'),
				);
				assert.deepEqual({privateKey, publicKey: publicKey?.trim()}, pair, 'what the folder has is what is delivered');
				assert.ok(name === file || pair.privateKey === before.get(role)?.[index]?.privateKey, name);
			}
		}

		before = after;
	}
});

test('the run makes one RSA key, and waits for it no sooner than with the first reservation', async t => {
	const deployment = ofManyRoles(20);
	const job = new FakeDeployment(t, {deployment});
	let made = 0;
	const seen: string[] = [];
	const seenMeanwhile: string[] = [];
	await job.run({
		async makeRsaKeyPair(comment) {
			made++;
			for (let turn = 0; turn < 10_000 && !seen.includes('reserve-instances'); turn++) {
				await new Promise(setImmediate);
			}

			seenMeanwhile.push(...seen);
			return quickRsaKeyPair(comment);
		},
		onRecord(record) {
			if (record.kind === 'step' && record.mark === 'started') {
				seen.push(record.step);
			}
		},
	});
	assert.equal(job.end?.state, 'COMPLETED');
	assert.deepEqual([made, seenMeanwhile.at(-1)], [1, 'reserve-instances']);
	assert.equal(job.world.instances.length, 20);
	for (const {userData} of job.world.instances) {
		assert.deepEqual(Object.keys(parseUserData(userData).hostKeys), allTypes);
	}
});

function ofManyRoles(count: number): Deployment {
	const {roles, ...rest} = sampleDeployment();
	const roleNumber = (number: number) => roles.slice(1).map(role => ({...role, name: `Role-${number}`, count: 1}));
	return {...rest, roles: Array.from({length: count}, (_, index) => roleNumber(index)).flat()};
}

/** An older version began it: of it there is all that it wrote up to a step. */
async function begunEarlier(t: TestContext, lastStep: 'make-keys' | 'reserve'): Promise<FakeDeployment> {
	const job = new FakeDeployment(t);
	const folder = join(projectFolder(), 'test/fixtures/deployments/ed25519-only');
	cpSync(folder, job.folder, {recursive: true});
	const {records} = await readJournal(join(folder, 'journal.jsonl'));
	const end = records.findLastIndex(record => record.kind === 'step' && record.step === lastStep);
	job.records.push(...records.slice(0, end + 1));
	return job;
}

const hostKeysIn = (job: FakeDeployment) =>
	job.world.instances.map(({role, userData}) => [role, Object.keys(parseUserData(userData).hostKeys)]);

test('where an older version may have reserved instances with an ed25519 key alone, they are asked for, and known, with that', async t => {
	const job = await begunEarlier(t, 'reserve');
	const [ours] = readFileSync(join(job.folder, 'keys/host-Master.pub'), 'utf8').split(' pi.');
	let files: readonly string[] = [];
	const onRecord = () => {
		files = existsSync(join(job.folder, 'keys')) ? readdirSync(join(job.folder, 'keys')) : files;
	};
	assert.equal(await job.run({onRecord}), 'COMPLETED');
	assert.deepEqual(hostKeysIn(job), [
		['Master', ['ed25519']],
		['Slave', allTypes],
		['Slave', allTypes],
	]);
	assert.deepEqual(
		files.filter(name => name.endsWith('Master')),
		['host-Master'],
	);
	for (const known of [
		job.world.instance('Slave', 1).files.get('/root/.ssh/d2cm_known_hosts') ?? '',
		readFileSync(join(job.folder, 'known_hosts'), 'utf8').replaceAll('[127.0.0.1]:2001', 'master-1,10.0.0.1'),
	]) {
		assert.deepEqual(
			known.split('\n').filter(line => line.includes('master-1,')),
			[`master-1,10.0.0.1 ${ours}`],
		);
		assert.equal(known.split('\n').filter(line => /ssh-rsa|ecdsa-sha2/.test(line)).length >= 2, true);
	}
});

test('a deployment that an older version began, and that has reserved nothing, gets the keys that are missing beside its own', async t => {
	const job = await begunEarlier(t, 'make-keys');
	const ours = readFileSync(join(job.folder, 'keys/host-Master.pub'), 'utf8').trim();
	assert.equal(await job.run(), 'COMPLETED');
	assert.deepEqual(
		hostKeysIn(job).map(([, types]) => types),
		[allTypes, allTypes, allTypes],
	);
	const {hostKeys} = parseUserData(job.world.instance('Master', 1).userData);
	assert.equal(hostKeys.ed25519?.publicKey, ours);
});

test('a crash between the making of keys and their delivery leaves no instance with other host keys than are pinned', async t => {
	const whole = new FakeDeployment(t);
	await whole.run();
	const seqOf = (step: string, mark: string) =>
		whole.records.find(record => record.kind === 'step' && record.step === step && record.mark === mark)?.seq ?? 0;
	const [first, last] = [seqOf('make-keys', 'started'), seqOf('reserve', 'finished')];
	assert.ok(first > 0 && last > first + 8);
	for (let seq = first; seq <= last; seq++) {
		const job = new FakeDeployment(t);
		await assert.rejects(job.run({crash: {seq, when: 'after'}}), SimulatedCrash);
		assert.equal(await job.run(), 'COMPLETED');
		const pinned = new Set(readFileSync(join(job.folder, 'known_hosts'), 'utf8').trim().split('\n'));
		for (const {number, userData} of job.world.instances) {
			for (const {publicKey} of Object.values(parseUserData(userData).hostKeys)) {
				const [type, blob] = publicKey.split(' ');
				assert.ok(pinned.delete(`[127.0.0.1]:${2000 + number} ${type} ${blob}`), `${seq}: ${type}`);
			}
		}

		assert.equal(pinned.size, 0, `${seq}: no other is`);
	}
});
