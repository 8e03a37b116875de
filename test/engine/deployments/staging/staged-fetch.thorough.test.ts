import assert from 'node:assert/strict';
import {createHash, randomBytes} from 'node:crypto';
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {after, before, describe, type TestContext, test} from 'node:test';
import type {DeployedRole, Deployment} from '../../../../source/engine/deployments/deployment.js';
import {runDeployment} from '../../../../source/engine/deployments/run-deployment.js';
import {withStaging} from '../../../../source/engine/deployments/staging/with-staging.js';
import {createS3Store} from '../../../../source/engine/object-store/s3-store.js';
import type {ConnectShell} from '../../../../source/engine/ssh/shell.js';
import {connectSsh2} from '../../../../source/engine/ssh/ssh2-shell.js';
import {type CuttingProxy, startCuttingProxy} from '../../../helpers/cutting-proxy.js';
import {ec2CloudOn, strictAmi} from '../../../helpers/ec2-cloud-on.js';
import {startSshdServer} from '../../../helpers/ec2-deployment.js';
import {type Fault, type Passing, startFaultyProxy} from '../../../helpers/faulty-proxy.js';
import {memoryJournal} from '../../../helpers/memory-journal.js';
import {plainSshdDeployment, sshdContext, sshdRoot} from '../../../helpers/sshd-deployment.js';
import {type SwiftServer, startSwiftServer} from '../../../helpers/swift-server.js';
import {swiftTraits} from '../../../helpers/swift-traits.js';
import {startTlsFront} from '../../../helpers/tls-front.js';

const mebibyte = 2 ** 20;
const instances = 2;

describe('a large input of several instances', () => {
	let swift: SwiftServer;
	let trials = 0;

	before(async () => {
		swift = await startSwiftServer();
	});
	after(async () => swift.end());

	/** Runs two instances that want a file, alone and in a folder; everything that crosses a wire is counted. */
	const run = async (
		t: TestContext,
		choose: (passing: Passing) => Fault | undefined = () => undefined,
		{isTls = false, isEc2 = false} = {},
	) => {
		const ec2 = isEc2 ? await startSshdServer(t) : undefined;
		const root = ec2?.root ?? (await sshdRoot(t));
		const bucket = `inputs-${++trials}`;
		const [file, folder] = [randomBytes(9 * mebibyte), randomBytes(5 * mebibyte)];
		await mkdir(join(root, 'set', 'deep'), {recursive: true});
		await writeFile(join(root, 'file'), file, {mode: 0o750});
		await writeFile(join(root, 'set', 'deep', 'large'), folder);
		await writeFile(join(root, 'set', 'small'), 'small\n');
		const proxy = await startFaultyProxy(swift.endpoint, choose);
		t.after(() => proxy.close());
		const front = isTls ? await startTlsFront(proxy.endpoint, root) : undefined;
		t.after(() => front?.close());
		const ca = front && {ca: front.ca};
		const patience = {attempts: 3, firstPauseMs: 10, longestPauseMs: 20};
		const endpoint = front?.url ?? proxy.endpoint;
		const store = createS3Store({...swift, endpoint, ...ca, traits: swiftTraits, limits: patience});
		const wires: CuttingProxy[] = [];
		const connect: ConnectShell = async (target, signal) => {
			const wire = await startCuttingProxy(target);
			wires.push(wire);
			t.after(() => wire.close());
			return connectSsh2(wire.target, signal);
		};
		const journal = memoryJournal();
		const context = {
			...sshdContext(root, deploymentOf(root, ec2 && {imageId: strictAmi, instanceType: 't3.micro'}), journal),
			connect,
		};
		const state = await runDeployment({
			...context,
			cloud: withStaging(ec2 ? ec2CloudOn(ec2.server, {sshPort: ec2.sshPort}) : context.cloud, {
				store,
				bucket,
				...ca,
				leastBytes: 5 * mebibyte,
			}),
		});
		const events = journal.records.flatMap(record => (record.kind === 'event' ? [record.message] : []));
		assert.equal(state, 'COMPLETED', events.join('\n'));
		const found = await readdir(join(root, 'job', 'Worker'));
		assert.equal(found.length, instances);
		for (const id of found) {
			const sums = await readFile(join(root, 'job', 'Worker', id, 'root/out/sums'), 'utf8');
			assert.equal(sums, `${sum(file)}  -\n${sum(folder)}  -\nsmall\n750 .\n`, events.join('\n'));
		}

		const left = createS3Store({...swift, traits: swiftTraits});
		assert.deepEqual([await left.list(bucket, ''), await left.listUploads(bucket, '')], [[], []]);
		assert.deepEqual(ec2?.server.liveResources() ?? [], []);
		const written = JSON.stringify(journal.records);
		assert.ok(!written.includes('X-Amz-Signature') && !written.includes(swift.credentials.secretAccessKey));
		return {
			events,
			sshBytes: wires.reduce((bytes, wire) => bytes + wire.sent(), 0),
			storeBytes: proxy.receivedBytes(),
			gets: proxy.requests.filter(isFetch),
		};
	};

	test('crosses our uplink once, and the instances fetch it', async t => {
		const {events, sshBytes, storeBytes, gets} = await run(t);
		assert.ok(storeBytes >= 14 * mebibyte && storeBytes < 14.1 * mebibyte, `${storeBytes} bytes went to the store`);
		assert.ok(sshBytes < 0.5 * mebibyte, `${sshBytes} bytes went by SSH`);
		// A slow machine may need another try.
		assert.ok(gets.length >= 2 * instances, `${gets.length} fetches`);
		assert.ok(
			events.some(event =>
				/^Uploading .*file once, to the bucket inputs-\d+, from where 2 instances fetch it$/.test(event),
			),
		);
	});

	test('is fetched by TLS where only the cloud is told of the authority', async t => {
		const {events, sshBytes, gets} = await run(t, undefined, {isTls: true});
		assert.equal(gets.length, 2 * instances, events.join('\n'));
		assert.ok(sshBytes < 0.5 * mebibyte, `${sshBytes} bytes went by SSH`);
	});

	test('is fetched by the instances of EC2, and nothing is left', async t => {
		const {events, sshBytes, gets} = await run(t, undefined, {isEc2: true});
		assert.equal(gets.length, 2 * instances, events.join('\n'));
		assert.ok(sshBytes < 0.5 * mebibyte, `${sshBytes} bytes went by SSH`);
	});

	test('is gone on with where its fetch was cut', async t => {
		let fetches = 0;
		const {events, sshBytes, gets} = await run(t, passing =>
			isFetch(passing) && ++fetches <= 2 ? {cutAnswerAfter: mebibyte} : undefined,
		);
		// A slow machine may need another try.
		assert.ok(gets.length >= 2 * instances + 2, `${gets.length} fetches: ${events.join('\n')}`);
		const further = gets.filter(({range}) => /^bytes=[1-9]\d*-$/.test(range ?? ''));
		assert.ok(further.length >= 2, `${further.length} fetches began within a file: ${events.join('\n')}`);
		assert.ok(sshBytes < 0.5 * mebibyte, `${sshBytes} bytes went by SSH`);
	});

	for (const [what, fault, why] of [
		['refuses its instances', {status: 403}, /HTTP 403\): it is sent from here/],
		['breaks each of their connections', 'cut', /curl ended with \d+\): it is sent from here/],
	] as const) {
		test(`goes by SFTP where the store ${what}`, async t => {
			const {events, sshBytes} = await run(t, passing => (isFetch(passing) ? fault : undefined));
			assert.ok(
				events.some(event => why.test(event)),
				events.join('\n'),
			);
			assert.ok(sshBytes >= 14 * mebibyte * instances);
		});
	}

	test('goes by SFTP where the store takes nothing from us', async t => {
		const {events, sshBytes, gets} = await run(t, passing => (isPut(passing) ? {status: 503} : undefined));
		assert.ok(
			events.some(event => /^Large inputs go to each instance from here, .*503/.test(event)),
			events.join('\n'),
		);
		assert.deepEqual(gets, []);
		assert.ok(sshBytes >= 14 * mebibyte * instances);
	});
});

/** By an address that was made for it. */
const isFetch = ({method, url}: Passing): boolean => method === 'GET' && url.includes('X-Amz-Signature');

const isPut = ({method, url}: Passing): boolean => method === 'PUT' && url.includes('/d2cm/');

const sum = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

function deploymentOf(root: string, changes: Partial<DeployedRole> = {}): Deployment {
	const deployment = plainSshdDeployment(root);
	const [master] = deployment.roles;
	assert.ok(master);
	const read =
		'sha256sum <data/file; sha256sum <set/deep/large; cat set/small; echo "$(stat -c %a data/file) $(cd data; ls -A | grep -v file || echo .)"';
	const worker = {
		...master,
		name: 'Worker',
		count: instances,
		uploads: [
			{local: join(root, 'file'), remote: '/root/data/file'},
			{local: join(root, 'set'), remote: '/root/set'},
		],
		startScripts: [`mkdir -p /root/out; cd /root; { ${read}; } >/root/out/sums`],
		asyncScripts: [],
		doneChecks: [],
		...changes,
	};
	return {...deployment, roles: [worker]};
}
