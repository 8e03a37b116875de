import assert from 'node:assert/strict';
import {chmod, mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import type {Use} from '../../source/actions/d2cm.js';
import type {CredentialReport} from '../../source/engine/credentials/credential-report.js';
import {startEc2Server, testKeys} from '../helpers/ec2-server/ec2-server.js';
import {askD2cm, runD2cm} from '../helpers/run-d2cm.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const {accessKeyId, secretAccessKey: secret} = testKeys;

test('credentials and clouds are added, tested, asked and removed by commands, and no secret is ever printed', async t => {
	const folder = await temporaryFolder(t);
	const home = join(folder, 'home');
	await mkdir(home);
	await writeFile(join(folder, 'secret'), `${secret}\n`, {mode: 0o600});
	const server = await startEc2Server();
	t.after(server.close);
	const {url} = server;
	const printed: string[] = [];
	const run = async (...words: readonly string[]) => {
		const outcome = await runD2cm(home, ...words);
		printed.push(outcome.stdout, outcome.stderr);
		return outcome;
	};

	const secretFile = ['--secret-file', join(folder, 'secret')];
	const added = await run('credential', 'add', 'lab', '--access-key', accessKeyId, ...secretFile);
	assert.equal(added.status, 0, added.stderr);
	assert.equal(added.stderr, '', 'the file is for its owner only');
	await chmod(join(folder, 'secret'), 0o644);
	const open = await run('credential', 'add', 'lab', '--access-key', accessKeyId, ...secretFile);
	assert.match(open.stderr, /secret can be read by everybody on this machine\. Run: chmod 600 /);
	await writeFile(join(folder, 'empty'), '', {mode: 0o600});
	const none = await run('credential', 'add', 'lab', '--access-key', 'x', '--secret-file', join(folder, 'empty'));
	assert.deepEqual([none.status, /The secret key is empty; nothing was changed\./.test(none.stderr)], [2, true]);
	const addresses = ['--ec2-url', url, '--s3-url', url, '--ebs-url', url, '--sts-url', url];
	const cloud = await run('cloud', 'add', 'far', '--region', 'us-east-1', '--credential', 'lab', ...addresses);
	assert.equal(cloud.status, 0, cloud.stderr);

	const tested = await run('credential', 'test', 'lab');
	assert.equal(tested.status, 0, tested.stderr);
	assert.match(
		tested.stdout,
		/account 123456789012 \(arn:aws:iam::123456789012:user\/ada\)[\s\S]*No right is missing\./,
	);
	server.accounts.get(accessKeyId)?.denied.add('RunInstances');
	const missing = await run('credential', 'test', 'lab');
	assert.equal(missing.status, 3);
	assert.match(missing.stdout, /MISSING:\n {2}ec2:RunInstances +without it, no starting instances/);
	const {owner} = JSON.parse((await run('credential', 'test', 'lab', '--json')).stdout) as CredentialReport;
	assert.equal(owner?.account, '123456789012');

	const kernels = await run('kernel', 'list', 'far', '--architecture', 'x86_64');
	assert.match(kernels.stdout, /aki-52a34525 +kernel +x86_64 +- +pv-grub-hd0_1\.05-x86_64\.gz/);
	assert.match(kernels.stdout, /ari-61ddde08 +ramdisk +x86_64 +- +initrd-2\.6\.21\.7-2\.fc8xen/);
	assert.doesNotMatch(kernels.stdout, /i386/);
	assert.match((await run('cloud', 'list', '--regions', 'far')).stdout, /^eu-west-1\nus-east-1\nus-west-1\n$/);

	const wrong = await run('credential', 'remove', 'lab');
	assert.equal(wrong.status, 3);
	assert.match(wrong.stderr, /Credential lab is used by cloud far\./);
	const listed = await askD2cm<ReadonlyArray<{name: string; hasSecret: boolean; usedBy: readonly Use[]}>>(
		home,
		...['credential', 'list'],
	);
	assert.deepEqual([listed[0]?.hasSecret, listed[0]?.usedBy], [true, [{what: 'cloud', name: 'far'}]]);
	await run('credential', 'list');
	await run('cloud', 'list');
	assert.equal((await run('cloud', 'remove', 'far')).status, 0);
	assert.equal((await run('credential', 'remove', 'lab')).status, 0);

	assert.equal(printed.join('').includes(secret), false);
	assert.match(await readFile(join(home, 'db.json'), 'utf8'), /"credentials": \[\]/);
});

test('what cannot work is not saved, and ends with 3; what was wrong before does not stop other changes', async t => {
	const folder = await temporaryFolder(t);
	const home = join(folder, 'home');
	await mkdir(home);
	const [secretFile, certificate] = [join(folder, 'secret'), join(folder, 'cert.pem')];
	await writeFile(secretFile, secret, {mode: 0o600});
	await writeFile(certificate, 'no PEM', {mode: 0o600});
	const keys = ['--access-key', accessKeyId, '--secret-file', secretFile];
	const add = async (...words: readonly string[]) => runD2cm(home, 'credential', 'add', 'lab', ...words);
	const saved = async () => (await askD2cm<readonly unknown[]>(home, 'credential', 'list')).length;

	const gone = await add(...keys, '--certificate', join(folder, 'gone.pem'));
	assert.equal(gone.status, 3);
	assert.match(gone.stderr, /Nothing was saved: The certificate .*gone\.pem/);
	const json = await add(...keys, '--certificate', certificate, '--json');
	assert.equal(json.status, 3);
	assert.match(json.stdout + json.stderr, /"name": ?"WrongEntryError"/);
	assert.equal(await saved(), 0);

	assert.equal((await add(...keys)).status, 0);
	assert.equal((await add('--certificate', certificate)).status, 3);
	const {openD2cm} = await import('../../source/actions/open-d2cm.js');
	const d2cm = await openD2cm(home);
	const [entry] = d2cm.database().credentials;
	assert.ok(entry);
	assert.equal(entry.certificate, '');
	await d2cm.saveCredential({...entry, certificate});
	const other = await add('--account', '123456789012');
	assert.equal(other.status, 0, other.stderr);
	assert.match(other.stderr, /Error: .*cert\.pem/);

	const ca = await runD2cm(home, 'cloud', 'add', 'far', '--region', 'eu-west-1', '--ca', join(folder, 'ca.pem'));
	assert.equal(ca.status, 3);
	assert.match(ca.stderr, /Nothing was saved: The TLS CA .*ca\.pem/);
	assert.equal((await runD2cm(home, 'cloud', 'add', 'far', '--region', 'eu-west-1', '--credential', 'lab')).status, 0);
});

test('kernels asked for again keep their recommended ramdisk, those added by hand stay, and those gone go', async t => {
	const {openD2cm} = await import('../../source/actions/open-d2cm.js');
	const {cloudSchema, credentialSchema} = await import('../../source/store/database.js');
	const d2cm = await openD2cm(await temporaryFolder(t));
	const server = await startEc2Server();
	t.after(server.close);
	await d2cm.saveCredential(credentialSchema.parse({name: 'lab', accessKey: accessKeyId, secretKey: secret}));
	await d2cm.saveCloud(cloudSchema.parse({name: 'far', kind: 'ec2', credential: 'lab', ec2Url: server.url}));
	const ids = () => d2cm.database().kernels.map(({id}) => id);
	const byHand = {
		id: 'aki-0000ffff',
		kind: 'kernel' as const,
		cloud: 'far',
		name: '',
		architecture: '',
		recommendedRamdisk: '',
	};
	await d2cm.saveKernel(byHand);

	const [kernel] = await d2cm.kernelsOf('far');
	assert.ok(kernel);
	assert.equal(ids().length, 5);
	await d2cm.saveKernel({...kernel, recommendedRamdisk: 'ari-61ddde08'});
	server.world.kernels.pop();
	await d2cm.kernelsOf('far');

	assert.equal(ids().length, 4);
	assert.ok(ids().includes('aki-0000ffff'));
	assert.equal(d2cm.database().kernels.find(({id}) => id === kernel.id)?.recommendedRamdisk, 'ari-61ddde08');
	assert.deepEqual(
		await d2cm.regions(cloudSchema.parse({name: 'new', kind: 'ec2', credential: 'lab', ec2Url: server.url})),
		{
			names: ['eu-west-1', 'us-east-1', 'us-west-1'],
			isLive: true,
		},
	);
});
