import assert from 'node:assert/strict';
import {type TestContext, test} from 'node:test';
import {awsFailure} from '../../../../source/engine/cloud/ec2/aws-failure.js';
import type {Patience} from '../../../../source/engine/cloud/ec2/call-patiently.js';
import {findTaggedSnapshots} from '../../../../source/engine/migration/ebs-direct/find-snapshot.js';
import {askToStart} from '../../../../source/engine/migration/ebs-direct/start-snapshot.js';
import {startCannedServer} from '../../../helpers/canned-server.js';
import {callsTo} from '../../../helpers/ebs-upload.js';
import {type Ec2ServerOptions, startEc2Server} from '../../../helpers/ec2-server/ec2-server.js';
import type {Fault} from '../../../helpers/ec2-server/fault-plan.js';
import {temporaryFolder} from '../../../helpers/temporary-folder.js';
import {startTlsFront} from '../../../helpers/tls-front.js';

const {signal} = new AbortController();
const start = {ClientToken: 'token', VolumeSize: 1, Description: '', Timeout: 60, Tags: []};

/** What is counted is requests, so only where the server says nothing is an attempt ever given up. */
async function trial(t: TestContext, options: Ec2ServerOptions = {}, patience: Partial<Patience> = {}) {
	const server = await startEc2Server(options);
	const calls = callsTo(server.url, {attemptTimeoutMs: 300_000, ...patience});
	t.after(async () => {
		calls.close();
		await server.close();
	});
	const ask = {
		ec2: async () => findTaggedSnapshots(calls, ['a', 'b'], signal),
		ebs: async () => askToStart({calls, signal}, start),
	};
	return {server, calls, ask};
}

for (const service of ['ec2', 'ebs'] as const) {
	for (const minutes of [15, -90]) {
		test(`a clock ${minutes} minutes ahead is named with its figure (${service})`, async t => {
			const {ask} = await trial(t, {clockAheadMs: -minutes * 60_000});

			await assert.rejects(ask[service](), (error: Error & {aheadMs?: number}) => {
				assert.equal(error.name, 'ClockSkewError');
				assert.match(error.message, minutes > 0 ? /15 minutes ahead/ : /90 minutes behind/);
				assert.ok(Math.abs((error.aheadMs ?? 0) - minutes * 60_000) < 25_000);
				return true;
			});
		});
	}

	for (const [state, why] of [
		['expired', 'expired'],
		['revoked', 'invalid'],
	] as const) {
		test(`${state} keys are told apart (${service})`, async t => {
			const {ask, server} = await trial(t);
			const account = server.accounts.get('AKIDTEST');
			assert.ok(account);
			account.state = state;

			await assert.rejects(ask[service](), {name: 'KeysRefusedError', why});
			assert.equal(server.counts.requests, 1, 'asked only once');
		});
	}

	test(`a wrong secret is refused, and not shown (${service})`, async t => {
		const {server} = await trial(t);
		const calls = callsTo(server.url, {}, {accessKeyId: 'AKIDTEST', secretAccessKey: 'not-the-secret'});
		t.after(() => calls.close());

		await assert.rejects(
			service === 'ec2' ? findTaggedSnapshots(calls, ['a', 'b'], signal) : askToStart({calls, signal}, start),
			(error: Error & {hint?: string}) => {
				assert.equal(error.name, 'KeysRefusedError');
				assert.doesNotMatch(`${error.stack} ${error.hint}`, /not-the-secret/);
				return true;
			},
		);
	});

	test(`a missing right is named as policies name it (${service})`, async t => {
		const {ask, server} = await trial(t);
		for (const action of ['DescribeSnapshots', 'StartSnapshot']) {
			server.accounts.get('AKIDTEST')?.denied.add(action);
		}

		await assert.rejects(ask[service](), {
			name: 'NotAllowedError',
			right: service === 'ec2' ? 'ec2:DescribeSnapshots' : 'ebs:StartSnapshot',
		});
	});

	const hopeless: ReadonlyArray<readonly [Fault, RegExp, number]> = [
		[{kind: 'cut'}, /does not answer/, 8],
		[
			{kind: 'unavailable'},
			/at 127\.0\.0\.1:\d+ fails by itself: HTTP 503, (?:ServiceUnavailableException|Unavailable) \(e/,
			8,
		],
		[{kind: 'throttle'}, /too often/, 30],
		[{kind: 'hang'}, /at 127\.0\.0\.1:\d+ does not answer: it did not answer in time \(e/, 8],
	];
	for (const [fault, words, attempts] of hopeless) {
		test(`${fault.kind} for ever ends in a sentence after ${attempts} attempts (${service})`, async t => {
			const {ask, server} = await trial(t, {faults: () => fault}, fault.kind === 'hang' ? {attemptTimeoutMs: 300} : {});
			await assert.rejects(ask[service](), {name: 'CloudUnreachableError', message: words});
			assert.equal(server.counts.requests, attempts);
		});
	}
}

test('a limit of the account is told as one, and not asked again', async t => {
	const {ask, server} = await trial(t, {
		faults: () => ({kind: 'refuse', status: 400, code: 'SnapshotLimitExceeded'}),
	});

	await assert.rejects(ask.ec2(), {name: 'CloudQuotaError', code: 'SnapshotLimitExceeded'});
	assert.equal(server.counts.requests, 1);
});

test('the same token with other words is a conflict, at once', async t => {
	const {ask, calls, server} = await trial(t);
	const id = await ask.ebs();
	assert.equal(await ask.ebs(), id);

	await assert.rejects(askToStart({calls, signal}, {...start, VolumeSize: 2}), {name: 'ConflictException'});
	assert.equal(server.counts.requests, 3);
});

test('a cloud that fails by itself is not blamed on the network', async t => {
	const {ask} = await trial(t, {faults: () => ({kind: 'refuse', status: 500, code: 'InternalError'})});
	await assert.rejects(ask.ec2(), {
		message: /^The cloud at 127\.0\.0\.1:\d+ fails by itself: HTTP 500, InternalError \(ec2:DescribeSnapshots\)\.$/,
		hint: 'Try again in a few minutes; if it stays so, tell whoever runs the cloud.',
	});
});

test('https written for an http port is told so at once, and http for an https port says what it may be', async t => {
	const {server} = await trial(t);
	const calls = callsTo(server.url.replace('http:', 'https:'), {});
	t.after(() => calls.close());
	await assert.rejects(findTaggedSnapshots(calls, ['a', 'b'], signal), {
		name: 'NoTlsError',
		message: /^What answers at 127\.0\.0\.1:\d+ does not speak TLS, and its address begins with https\.$/,
		hint: 'Write http:// in the EC2 address of the cloud if that is what it speaks, or correct the port.',
	});

	const front = await startTlsFront(server.url, await temporaryFolder(t));
	t.after(() => front.close());
	const plain = callsTo(front.url.replace('https:', 'http:'), {mostAttempts: 2});
	t.after(() => plain.close());
	await assert.rejects(findTaggedSnapshots(plain, ['a', 'b'], signal), {
		name: 'CloudUnreachableError',
		message: /does not answer: the connection broke/,
		hint: /whether it is http or https/,
	});
});

test('a certificate nobody knows is told in the words of TLS, without advice for those who start Node', () => {
	const error = Object.assign(
		new Error(
			'unable to verify the first certificate; if the root CA is installed locally, try running Node.js with --use-system-ca',
		),
		{code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'},
	);
	assert.deepEqual(awsFailure(error, new Date()), {
		kind: 'untrusted',
		reason: 'unable to verify the first certificate',
	});
});

test('an answer that the SDK cannot read is a fault of the server that may pass', async t => {
	const server = await startCannedServer(() => ({status: 200, body: '<DescribeSnapshotsResponse><snapshotSet><item>'}));
	t.after(() => server.close());
	await assert.rejects(findTaggedSnapshots(callsTo(server.endpoint, {mostAttempts: 2}), ['a', 'b'], signal), {
		name: 'CloudUnreachableError',
		sort: 'wait',
		message: /fails by itself: HTTP 200, an answer that cannot be read \(ec2:DescribeSnapshots\)\.$/,
	});
	assert.equal(server.requests.length, 2);
});

test('nobody listening is a cloud that does not answer', async () => {
	const calls = callsTo('http://127.0.0.1:9', {});
	await assert.rejects(askToStart({calls, signal}, start), {
		name: 'CloudUnreachableError',
		message: 'The cloud at 127.0.0.1:9 does not answer: nothing listens at this address (ebs:StartSnapshot).',
	});
	calls.close();
});
