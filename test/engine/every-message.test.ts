import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {chmod, mkdir, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {examineMachine} from '../../source/actions/examine-machine.js';
import {soonAnswered} from '../../source/actions/soon-answered.js';
import {instanceFolder, readInstance} from '../../source/engine/cloud/local/instance-record.js';
import {localImageFolder, readLocalImage} from '../../source/engine/cloud/local/local-image.js';
import {checkCredential} from '../../source/engine/credentials/check-credential.js';
import {MissingProfileError} from '../../source/engine/credentials/errors/missing-profile-error.js';
import {AppError} from '../../source/engine/errors/app-error.js';
import {runProgram} from '../../source/engine/host/run-program.js';
import {removeBundle} from '../../source/engine/migration/bundle/remove-bundle.js';
import {checkBeforeStart} from '../../source/engine/migration/to-cloud/check-before-start.js';
import {createS3Store} from '../../source/engine/object-store/s3-store.js';
import {startCannedServer} from '../helpers/canned-server.js';
import {createMemoryObjectStore} from '../helpers/memory-object-store.js';
import {needsKvm} from '../helpers/needs.js';
import {swiftTraits} from '../helpers/swift-traits.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {startTlsFront} from '../helpers/tls-front.js';

const project = fileURLToPath(new URL('../../../', import.meta.url));

/** Whether a text has four words in a row of a sentence, or all of it where it has fewer. */
function hasSentence(text: string, sentence: string): boolean {
	const words = sentence.split(' ').filter(word => word !== '');
	const count = Math.min(4, words.length);
	return (
		count > 1 &&
		words.some((_, at) => at + count <= words.length && text.includes(words.slice(at, at + count).join(' ')))
	);
}

/** What is written in the tests, without the signs that a regular expression or a string needs before others. */
const plain = (source: string) => source.replace(/\\(.)/g, '$1').replace(/\s+/g, ' ');

const filesBelow = (folder: string) =>
	readdirSync(join(project, folder), {recursive: true, withFileTypes: true})
		.filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name))
		.map(entry => join(entry.parentPath, entry.name));

test('every error of the engine is provoked by a test that names it, or has its sentence or hint', () => {
	const tests = plain(
		filesBelow('test')
			.map(file => readFileSync(file, 'utf8'))
			.join('\n'),
	);
	const classes = filesBelow('source/engine').flatMap(file => [
		...readFileSync(file, 'utf8').matchAll(/export (?:abstract )?class (\w+Error) extends \w+Error\b[\s\S]*?\n}\n/g),
	]);
	assert.ok(classes.length > 100);
	const unprovoked = classes.flatMap(([body, name = '']) => {
		const texts = [...body.matchAll(/`((?:[^`\\]|\\.)*)`|'((?:[^'\\\n]|\\.)*)'/g)]
			.flatMap(([, template, string]) => (template ?? string ?? '').split(/\$\{[^}]*\}/))
			.map(plain);
		const isProvoked = new RegExp(`\\b${name}\\b`).test(tests) || texts.some(text => hasSentence(tests, text));
		return isProvoked ? [] : [name];
	});
	assert.deepEqual(unprovoked, []);
});

/** What a person reads: the sentence and the hint. */
async function wordsOf(work: () => Promise<unknown>): Promise<string> {
	const error: unknown = await work().then(
		() => undefined,
		reason => reason,
	);
	assert.ok(error instanceof AppError, String(error));
	assert.match(error.message, /^\S.*[.!?”]$/s);
	return `${error.message} ${error.hint}`;
}

test('a program that is missing, and one that fails, are named with what helps', async () => {
	assert.match(
		await wordsOf(async () => runProgram('no-such-program', [])),
		/^The program no-such-program is not installed on this machine\. Install it: .*no-such-program/,
	);
	assert.match(
		await wordsOf(async () => runProgram('sh', ['-c', 'echo why it failed. >&2; exit 3'])),
		/^sh failed \(exit code 3\): why it failed\. Read what the program said; `d2cm doctor` checks/,
	);
});

test('what the local cloud keeps of an AMI or an instance, and is damaged, is named by its file', async t => {
	const cloud = await temporaryFolder(t);
	const [ami, instance] = [localImageFolder(cloud, 'ami-0a1b2c3d'), instanceFolder(cloud, 'i-0a1b2c3d')];
	for (const [folder, name] of [
		[ami, 'image.json'],
		[instance, 'instance.json'],
	] as const) {
		await mkdir(folder, {recursive: true});
		await writeFile(join(folder, name), '{"half":');
	}

	assert.equal(
		await wordsOf(async () => readLocalImage(cloud, 'ami-0a1b2c3d')),
		`The AMI ami-0a1b2c3d is damaged: ${ami}/image.json cannot be understood. Remove this AMI and migrate the image again.`,
	);
	assert.equal(
		await wordsOf(async () => readInstance(cloud, 'i-0a1b2c3d')),
		`What D2CM wrote of an instance of the local cloud is damaged: ${instance}/instance.json cannot be understood. ` +
			`End the QEMU process that runs in ${instance}, if there is one, and remove that folder.`,
	);
});

test('a store whose certificate nobody vouches for, and a cloud that is silent, are said to be so', async t => {
	const server = await startCannedServer(() => ({status: 200, body: ''}));
	t.after(server.close);
	const front = await startTlsFront(server.endpoint, await temporaryFolder(t));
	t.after(front.close);
	const credentials = {accessKeyId: 'AKIDTEST', secretAccessKey: 'secret'};
	const store = createS3Store({endpoint: front.url, region: 'us-east-1', credentials, traits: swiftTraits});
	assert.match(
		await wordsOf(async () => store.bucketState('a-bucket')),
		/^The certificate of 127\.0\.0\.1:\d+ is not to be trusted: self-signed certificate\. Name the authority that signed it/,
	);
	assert.equal(
		await wordsOf(async () => soonAnswered(async () => new Promise(() => undefined), 10)),
		'The cloud gives no answer: nothing has come for 0.01 s. Look at the state of the cloud and at the network, then try again.',
	);
});

test('parts of a bundle that a store does not let go, and a system for no known processor, are said before money is lost', async () => {
	const store = createMemoryObjectStore();
	await store.makeBucket('a-bucket');
	for (const key of ['pi.part.00', 'pi.part.01']) await store.put('a-bucket', key, Buffer.from('x'));
	const keeping = {...store, removeAll: async () => undefined};
	assert.equal(
		await wordsOf(async () => removeBundle(keeping, {bucket: 'a-bucket', prefix: 'pi'})),
		'2 objects of the bundle are still in the bucket a-bucket, among them pi.part.00. ' +
			'Cancel again in a minute, or remove the objects by hand; they cost money.',
	);
	const guest = {report: {architecture: 'unknown', file: '/home/ada/my disks/worker.vdi'}};
	type Context = Parameters<typeof checkBeforeStart>[0];
	type Way = Parameters<typeof checkBeforeStart>[1];
	assert.equal(
		await wordsOf(async () => checkBeforeStart({guest} as unknown as Context, {} as unknown as Way)),
		'Nothing in /home/ada/my disks/worker.vdi says which processors its system is for. ' +
			"Look at what is in it with `d2cm inspect '/home/ada/my disks/worker.vdi'`; its kernel and programs should be for x86_64 or i386.",
	);
});

test('hints about profiles and locked keys are commands that may be copied, whatever the names are', async t => {
	const folder = await temporaryFolder(t);
	const files = {credentials: join(folder, 'credentials'), config: join(folder, 'config')};
	await writeFile(files.config, "[profile Ada's lab]\nregion = eu-west-1\n");
	const key = join(folder, 'my key.pem');
	await runProgram('openssl', ['genpkey', '-algorithm', 'RSA', '-aes256', '-pass', 'pass:x', '-out', key]);
	const fields = {userId: '', accessKey: '', secretKey: '', certificate: '', privateKey: key};
	const problems = await checkCredential({...fields, profile: "Ada's lab"}, {files});
	assert.deepEqual(
		problems.map(({message, hint}) => `${message} ${hint}`),
		[
			"The profile Ada's lab holds no keys, and no way to get any. " +
				"Run `aws configure --profile 'Ada'\\''s lab'`, or choose another.",
			`The private key ${key} is locked with a passphrase. ` +
				`Write a copy without one, readable by you alone: (umask 077; openssl pkey -in '${key}' -out plain.pem)`,
			'There is a private key, but no certificate: no bundle can be signed. Enter the certificate that belongs to the private key.',
		],
	);
	assert.equal(
		new MissingProfileError("Ada's lab").hint,
		"Check it with `aws sts get-caller-identity --profile 'Ada'\\''s lab'`, or log in again.",
	);
});

test('doctor says in words of ours what QEMU dies of, and why the data folder cannot be written', needsKvm, async t => {
	const home = join(await temporaryFolder(t), 'my data');
	const programs = await temporaryFolder(t);
	const qemu = join(programs, 'qemu-system-x86_64');
	const path = process.env.PATH ?? '';
	process.env.PATH = `${programs}:${path}`;
	t.after(() => {
		process.env.PATH = path;
	});
	const local = join(home, 'local');
	const words = async (dying: string) => {
		await rm(join(local, 'accelerator.json'), {force: true});
		await writeFile(qemu, `#!/bin/sh\n[ "$1" = --version ] && { echo 'QEMU emulator version 7.2'; exit; }\n${dying}\n`);
		await chmod(qemu, 0o755);
		const findings = await examineMachine({home, local} as Parameters<typeof examineMachine>[0], {
			settings: {localCpuOvercommit: 4},
			clouds: [],
		});
		return Object.fromEntries(findings.map(({subject, found, hint}) => [subject, `${found} ${hint ?? ''}`]));
	};

	const asserts = await words(
		`echo 'qemu-system-x86_64: ../target/i386/kvm/kvm.c:2844: kvm_buf_set_msrs: Assertion failed.' >&2; kill -ABRT $$`,
	);
	assert.match(
		asserts['acceleration'] ?? '',
		/^emulation \(TCG\)\. A probe did not boot by kvm, so processors are emulated: QEMU ended by a fault of its own, or hung\. This machine offers KVM and cannot run it/,
	);
	const refuses = await words(`echo 'qemu-system-x86_64: failed to initialize kvm: Permission denied' >&2; exit 1`);
	assert.match(refuses['acceleration'] ?? '', /emulated: QEMU says “failed to initialize kvm: Permission denied”\./);
	assert.equal(
		refuses['data folder'],
		`${home} cannot be written: there is no such file or folder Mend that. What runs can be seen, cancelled and reaped meanwhile.`,
	);
});
