import assert from 'node:assert/strict';
import {type TestContext, test} from 'node:test';
import {traitsOf} from '../../../source/engine/cloud/cloud-traits.js';
import type {AwsKeys, Ec2Access} from '../../../source/engine/cloud/ec2/ec2-access.js';
import {ClockSkewError} from '../../../source/engine/cloud/ec2/errors/clock-skew-error.js';
import {CloudRefusedError} from '../../../source/engine/cloud/ec2/errors/cloud-refused-error.js';
import {CloudUnreachableError} from '../../../source/engine/cloud/ec2/errors/cloud-unreachable-error.js';
import {CloudUntrustedError} from '../../../source/engine/cloud/ec2/errors/cloud-untrusted-error.js';
import {KeysRefusedError} from '../../../source/engine/cloud/ec2/errors/keys-refused-error.js';
import {NoCloudThereError} from '../../../source/engine/cloud/ec2/errors/no-cloud-there-error.js';
import {testCredential} from '../../../source/engine/credentials/test-credential.js';
import type {AppError} from '../../../source/engine/errors/app-error.js';
import {startCannedServer} from '../../helpers/canned-server.js';
import {hastyClock} from '../../helpers/ebs-upload.js';
import {type Ec2Server, type Ec2ServerOptions, startEc2Server, testKeys} from '../../helpers/ec2-server/ec2-server.js';
import {startMotoServer} from '../../helpers/moto-server.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';
import {startTlsFront} from '../../helpers/tls-front.js';

const testAt = async (url: string, more: Partial<Ec2Access> = {}, kind: 'ec2' | 'compatible' = 'ec2') =>
	testCredential({
		access: {
			region: 'us-east-1',
			keys: testKeys,
			...{ec2Url: url, ebsUrl: url, stsUrl: url, s3Url: url},
			traits: traitsOf(kind),
			...more,
		},
		clock: hastyClock,
		patience: {mostAttempts: 2, attemptTimeoutMs: 60_000},
	});

async function serverFor(t: TestContext, options: Ec2ServerOptions = {}): Promise<Ec2Server> {
	const server = await startEc2Server(options);
	t.after(server.close);
	return server;
}

/** The one sentence for a test that cannot be made; never with a key in it. */
async function refusalOf(tested: Promise<unknown>, kind: new (...args: never[]) => AppError): Promise<string> {
	const error = await tested.then(
		() => assert.fail('The test was made.'),
		(reason: unknown) => reason,
	);
	assert.ok(error instanceof kind, String(error));
	assert.doesNotMatch(`${error.message} ${error.hint}`, /test\/secret|AKIDTEST/);
	return error.message;
}

test('whom keys belong to and what they may do is told, and nothing is changed', async t => {
	const server = await serverFor(t);

	const {owner, rights} = await testAt(server.url);

	assert.deepEqual(owner, {account: '123456789012', arn: 'arn:aws:iam::123456789012:user/ada'});
	assert.deepEqual(
		rights.filter(({state}) => state !== 'allowed').map(({right, state}) => `${right} ${state}`),
		['ebs:StartSnapshot untold', 'ebs:PutSnapshotBlock untold'],
	);
	assert.ok(rights.length > 20);
	assert.deepEqual(
		[server.world.snapshots, server.world.images, server.world.importTasks].map(({size}) => size),
		[0, 0, 0],
	);
});

for (const action of ['RunInstances', 'TerminateInstances', 'DescribeImages', 'ImportSnapshot', 'CompleteSnapshot']) {
	test(`that the right to ${action} is missing is told by its name, with what it is for`, async t => {
		const server = await serverFor(t);
		server.accounts.get(testKeys.accessKeyId)?.denied.add(action);

		const {rights} = await testAt(server.url);

		const missing = rights.filter(({state}) => state === 'missing');
		assert.deepEqual(
			missing.map(({right}) => right.split(':')[1]),
			[action],
		);
		assert.notEqual(missing[0]?.for, '');
	});
}

test('no right at all is a report, too', async t => {
	const server = await serverFor(t);
	const denied = server.accounts.get(testKeys.accessKeyId)?.denied;
	const {rights: all} = await testAt(server.url);
	for (const {right} of all) {
		denied?.add(right.split(':')[1] ?? '');
	}

	const {rights, owner} = await testAt(server.url);

	assert.equal(owner?.account, '123456789012');
	assert.deepEqual(new Set(rights.map(({state}) => state)), new Set(['missing', 'untold']));
});

test('what would change something is never asked of a cloud that may not know dry runs', async t => {
	const server = await serverFor(t);

	const {rights} = await testAt(server.url, {}, 'compatible');

	const asked = [...server.counts.byAction.keys()].filter(action => !/^(?:Describe|Get|List|unknown)/.test(action));
	assert.deepEqual(asked, []);
	assert.equal(rights.find(({right}) => right === 'ec2:RunInstances')?.state, 'untold');
});

test('keys for another server are not shown to Amazon', async t => {
	const server = await serverFor(t);
	const {stsUrl: _, s3Url: __, ...access} = {stsUrl: '', s3Url: '', ec2Url: server.url, ebsUrl: server.url};

	const {owner, remarks} = await testCredential({
		access: {region: 'us-east-1', keys: testKeys, ...access, traits: traitsOf('ec2')},
		clock: hastyClock,
	});

	assert.equal(server.counts.byAction.get('GetCallerIdentity'), undefined);
	assert.equal(owner?.arn ?? '', '');
	assert.match(remarks.join(), /no S3 address/);
});

test('an unknown key, a wrong secret, revoked and expired keys are told', async t => {
	const {url, accounts} = await serverFor(t);
	const withKeys = (keys: Partial<AwsKeys>) => testAt(url, {keys: {...testKeys, ...keys}});

	for (const keys of [{accessKeyId: 'AKIDNOBODY'}, {secretAccessKey: 'test/secret-of-another'}]) {
		assert.match(await refusalOf(withKeys(keys), KeysRefusedError), /does not accept the access key/);
	}

	const account = accounts.get(testKeys.accessKeyId);
	assert.ok(account);
	account.state = 'revoked';
	await refusalOf(withKeys({}), KeysRefusedError);
	account.state = 'expired';
	assert.match(await refusalOf(withKeys({}), KeysRefusedError), /have expired/);
});

test('a wrong clock is told, with how much', async t => {
	const {url} = await serverFor(t, {clockAheadMs: 20 * 60_000});
	assert.match(await refusalOf(testAt(url), ClockSkewError), /20 minutes behind/);
});

test('no host, nothing that listens, a server that hangs, another server and an untrusted one are told apart', async t => {
	assert.match(
		await refusalOf(testAt('http://ec2.nowhere.invalid'), CloudUnreachableError),
		/ec2\.nowhere\.invalid does not answer: (?:no such host is known|its name could not be looked up)/,
	);
	const closed = await startCannedServer(() => 'hang');
	closed.close();
	assert.match(
		await refusalOf(testAt(closed.endpoint), CloudUnreachableError),
		/^The cloud at 127\.0\.0\.1:\d+ does not answer: nothing listens at this address/,
	);
	for (const [status, body] of [
		[200, '<html><body>It works!</body></html>'],
		[404, 'not found'],
		[200, ''],
		[405, '{"error": "no"}'],
	] as const) {
		const other = await startCannedServer(() => ({status, body, headers: {'content-type': 'text/html'}}));
		t.after(other.close);
		assert.match(await refusalOf(testAt(other.endpoint), NoCloudThereError), /^What answers at 127\S+ is no EC2/);
	}

	const {url} = await serverFor(t);
	const front = await startTlsFront(url, await temporaryFolder(t));
	t.after(front.close);
	assert.match(await refusalOf(testAt(front.url), CloudUntrustedError), /not to be trusted: self-signed certificate/);
	assert.equal((await testAt(front.url, {ca: front.ca})).owner?.account, '123456789012');
});

test('a server that never answers is given up in time', async () => {
	const silent = await startCannedServer(() => 'hang');
	try {
		const tested = testCredential({
			access: {region: 'us-east-1', keys: testKeys, ec2Url: silent.endpoint, traits: traitsOf('ec2')},
			clock: hastyClock,
			patience: {mostAttempts: 2, attemptTimeoutMs: 50},
		});
		assert.match(await refusalOf(tested, CloudUnreachableError), /does not answer/);
	} finally {
		silent.close();
	}
});

test('words of the cloud are passed on without the keys in them', async t => {
	const {accessKeyId, secretAccessKey} = testKeys;
	const words = `Key ${accessKeyId}NOWLONGER with ${secretAccessKey}`;
	const rude = await startCannedServer(() => ({
		status: 400,
		body: `<Response><Errors><Error><Code>OptInRequired</Code><Message>${words}</Message></Error></Errors><RequestID>1</RequestID></Response>`,
	}));
	t.after(rude.close);
	assert.match(
		await refusalOf(testAt(rude.endpoint), CloudRefusedError),
		/refused \(OptInRequired\): Key \*\*\*NOWLONGER with \*\*\*/,
	);
});

test('an object store that refuses is a remark, not the end', async t => {
	const {url} = await serverFor(t);
	const store = await startCannedServer(() => ({
		status: 403,
		body: '<Error><Code>InvalidAccessKeyId</Code><Message>no</Message></Error>',
	}));
	t.after(store.close);
	const {remarks, owner} = await testAt(url, {s3Url: store.endpoint});
	assert.equal(owner?.account, '123456789012');
	assert.match(remarks.join(), /^The object store cannot be used: 127\S+ does not know the access key\./);
});

test('moto is asked for everything, too', async t => {
	const moto = await startMotoServer();
	t.after(moto.end);
	const {endpoint: url, credentials: keys} = moto;

	const {owner, rights, remarks} = await testAt(url, {keys});

	assert.equal(owner?.account, '123456789012');
	assert.deepEqual(
		rights.filter(({state}) => state === 'missing'),
		[],
	);
	for (const right of ['ec2:RunInstances', 'ec2:DescribeInstances', 'ec2:DescribeImages']) {
		assert.equal(rights.find(one => one.right === right)?.state, 'allowed', right);
	}

	assert.deepEqual(remarks, []);
});
