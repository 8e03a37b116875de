import assert from 'node:assert/strict';
import {chmod, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {
	checkCloudAddresses,
	checkCloudFiles,
	checkCredential,
} from '../../../source/engine/credentials/check-credential.js';
import type {CredentialFields} from '../../../source/engine/credentials/credential-fields.js';
import {runProgram} from '../../../source/engine/host/run-program.js';
import {type BundleCertificates, makeBundleCertificates} from '../../helpers/bundle-certificates.js';

const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const good: CredentialFields = {
	userId: '123456789012',
	accessKey: 'AKIAIOSFODNN7EXAMPLE',
	secretKey: secret,
	certificate: '',
	privateKey: '',
	profile: '',
};

let folder = '';
let pem: BundleCertificates;
before(async () => {
	folder = await mkdtemp(join(tmpdir(), 'd2cm-check-'));
	pem = await makeBundleCertificates(folder, 30);
	for (const key of [pem.userKey, pem.cloudKey]) {
		await chmod(key, 0o600);
	}
});
after(async () => rm(folder, {recursive: true, force: true}));

/** Each problem as its kind and message; none may hold the secret. */
async function problemsOf(fields: Partial<CredentialFields>, now?: Date): Promise<readonly string[]> {
	const files = {credentials: join(folder, 'credentials'), config: join(folder, 'config')};
	const problems = await checkCredential({...good, ...fields}, {files, ...(now && {now})});
	for (const {message, hint} of problems) {
		assert.match(message, /^[A-Z/].*\.$/);
		assert.notEqual(hint, '');
		assert.doesNotMatch(message + hint, /wJalr/);
	}

	return problems.map(({kind, message}) => `${kind}: ${message.replaceAll(`${folder}/`, '')}`);
}

const file = async (name: string, content: string | Buffer, mode = 0o600): Promise<string> => {
	await writeFile(join(folder, name), content);
	await chmod(join(folder, name), mode);
	return join(folder, name);
};

test('a credential with nothing wrong is left alone', async () => {
	assert.deepEqual(await problemsOf({}), []);
	const {userCertificate: certificate, userKey: privateKey} = pem;
	assert.deepEqual(await problemsOf({certificate, privateKey}), []);
});

for (const [what, fields, problem] of [
	[
		'an account of 11 digits',
		{userId: '12345678901'},
		/^error: The account \(user ID\) 12345678901 is not 12 digits\.$/,
	],
	['an account with dashes', {userId: '1234-5678-9012'}, /is not 12 digits/],
	['no keys at all', {accessKey: '', secretKey: ''}, /neither an access key nor a profile/],
	['an access key alone', {secretKey: ''}, /There is an access key, but no secret key\./],
	['a secret key alone', {accessKey: ''}, /There is a secret key, but no access key\./],
	['an access key that is cut', {accessKey: 'AKIAIOSFODNN7EXAMPL'}, /has 19 letters; Amazon's have 20/],
	['an access key in small letters', {accessKey: 'AKIAIOSFODNN7example'}, /has 20 letters; Amazon's have 20 capitals/],
	['an access key with a blank', {accessKey: 'AKI A'}, /The access key holds blanks/],
	['a quoted secret key', {secretKey: `"${secret.slice(2)}"`}, /The secret key holds blanks, quotes/],
	['a secret key that is cut', {secretKey: secret.slice(1)}, /The secret key has 39 letters; Amazon's have 40/],
	['a temporary key', {accessKey: 'ASIAIOSFODNN7EXAMPLE'}, /temporary one.*session token/],
	['a profile that is not there', {profile: 'lab'}, /There is no profile lab in credentials or config\./],
] as const) {
	test(`${what} is told in one sentence`, async () => {
		const problems = await problemsOf(fields);
		assert.equal(problems.length, 1);
		assert.match(problems[0] ?? '', problem);
	});
}

test('keys of other clouds have no shape that could be wrong', async () => {
	assert.deepEqual(await problemsOf({accessKey: 'test:tester', secretKey: 'testing'}), []);
});

test('files that are not there, folders, and files that are no PEM are named', async () => {
	await mkdir(join(folder, 'sub'), {recursive: true});
	const text = await file('text', 'hello');
	const certificate = pem.userCertificate;
	assert.deepEqual(await problemsOf({certificate: join(folder, 'none'), privateKey: join(folder, 'sub')}), [
		'error: The certificate none is not there.',
		'error: The private key sub is not a file.',
	]);
	assert.deepEqual(await problemsOf({certificate: text, privateKey: text}), [
		'error: The certificate text is not PEM.',
		'error: The private key text is not PEM.',
	]);
	assert.deepEqual(await problemsOf({certificate: pem.userKey, privateKey: certificate}), [
		'error: The certificate user.key holds no certificate, but: private key.',
		'error: The private key user.crt holds no private key, but: certificate.',
	]);
	const damaged = await file('damaged', (await readFile(pem.userKey, 'utf8')).replace(/\n[^\n]{8}/, '\n'));
	assert.deepEqual(await problemsOf({certificate, privateKey: damaged}), [
		'error: The private key damaged is damaged.',
	]);
});

test('a certificate that does not match its key, a key behind a passphrase and one that is not RSA are told', async () => {
	const {userCertificate: certificate, userKey, cloudKey} = pem;
	assert.deepEqual(await problemsOf({certificate, privateKey: cloudKey}), [
		'error: The private key cloud.key does not belong to the certificate user.crt.',
	]);
	const locked = join(folder, 'locked');
	await runProgram('openssl', ['pkcs8', '-topk8', '-in', userKey, '-out', locked, '-passout', 'pass:x']);
	await chmod(locked, 0o600);
	assert.deepEqual(await problemsOf({certificate, privateKey: locked}), [
		'error: The private key locked is locked with a passphrase.',
	]);
	const curve = join(folder, 'curve');
	await runProgram('openssl', ['ecparam', '-genkey', '-name', 'prime256v1', '-noout', '-out', curve]);
	await chmod(curve, 0o600);
	assert.deepEqual(await problemsOf({certificate, privateKey: curve}), [
		'error: The private key curve is no RSA key; bundles need one.',
	]);
});

test('half of a pair is told, since it signs nothing', async () => {
	assert.match((await problemsOf({certificate: pem.userCertificate})).join(), /^warning: .*no private key/);
	assert.match((await problemsOf({privateKey: pem.userKey})).join(), /^warning: .*no certificate/);
});

test('a certificate is told as expired, as not yet valid, and as soon to expire', async () => {
	const {userCertificate: certificate, userKey: privateKey} = pem;
	const inDays = (days: number) => new Date(Date.now() + days * 24 * 60 * 60 * 1000);
	const [expired] = await problemsOf({certificate, privateKey}, inDays(31));
	assert.match(expired ?? '', /^error: The certificate user\.crt expired on \d{4}-\d\d-\d\d\.$/);
	const [early] = await problemsOf({certificate, privateKey}, inDays(-1));
	assert.match(early ?? '', /^error: The certificate user\.crt is not valid before/);
	const [soon] = await problemsOf({certificate, privateKey}, inDays(28));
	assert.match(soon ?? '', /^warning: The certificate user\.crt expires on/);
});

test('who else may read a key is told with the command that mends it', async () => {
	const open = await file("it's open", await readFile(pem.userKey), 0o644);
	const problems = await checkCredential({...good, certificate: pem.userCertificate, privateKey: open});
	const told = problems.find(({message}) => message.includes('can be read'));
	assert.match(told?.message ?? '', /can be read by everybody on this machine\.$/);
	assert.equal(told?.hint, `Run: chmod 600 '${folder}/it'\\''s open'`);
	assert.match(
		(await problemsOf({privateKey: await file('group', await readFile(pem.userKey), 0o640)})).join(),
		/its group/,
	);
});

test('a profile is looked up: without keys, or with keys that others can read, it is told', async () => {
	await file('credentials', '[open]\naws_access_key_id=a\naws_secret_access_key=b\n', 0o644);
	await file('config', '[profile bare]\nregion=eu-west-1\n');
	const own = {accessKey: '', secretKey: ''};
	assert.deepEqual(await problemsOf({...own, profile: 'open'}), [
		'warning: credentials can be read by everybody on this machine.',
	]);
	assert.deepEqual(await problemsOf({...own, profile: 'bare'}), [
		'error: The profile bare holds no keys, and no way to get any.',
	]);
});

test('the certificates of a cloud are looked at, too', async () => {
	const text = await file('ca.txt', 'hello');
	const problems = await checkCloudFiles({ca: pem.cloudCertificate, cloudCertificate: join(folder, 'none')});
	assert.deepEqual(
		problems.map(({message}) => message),
		[`The cloud's certificate ${folder}/none is not there.`],
	);
	assert.match((await checkCloudFiles({ca: text, cloudCertificate: ''}))[0]?.message ?? '', /is not PEM/);
});

test('an address without TLS is a warning that says what it means, but not for this machine itself', () => {
	const none = {ec2Url: '', s3Url: '', ebsUrl: '', stsUrl: ''};
	for (const url of ['http://sci.example:8773/services/compute', 'http://[fd00::7]:8773/', 'http://10.1.2.3/']) {
		const [problem, ...more] = checkCloudAddresses({...none, ec2Url: url, s3Url: url});
		assert.equal(problem?.kind, 'warning');
		assert.ok(problem.message.startsWith(`${url} is asked without TLS: whoever is on the way reads`), problem.message);
		assert.deepEqual(more, []);
	}

	for (const url of ['https://sci.example/', 'http://127.0.0.1:8773/', 'http://localhost/', 'http://[::1]:1/', '']) {
		assert.deepEqual(checkCloudAddresses({...none, ec2Url: url, s3Url: url}), []);
	}
});
