import assert from 'node:assert/strict';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {type TestContext, test} from 'node:test';
import {traitsOf} from '../../../source/engine/cloud/cloud-traits.js';
import {createAwsCalls} from '../../../source/engine/cloud/ec2/aws-calls.js';
import {describeInstances} from '../../../source/engine/cloud/ec2/describe-instances.js';
import {describeKernels} from '../../../source/engine/cloud/ec2/describe-kernels.js';
import {describeRegions} from '../../../source/engine/cloud/ec2/describe-regions.js';
import type {Ec2Context} from '../../../source/engine/cloud/ec2/ec2-context.js';
import {listImages} from '../../../source/engine/cloud/ec2/ec2-image.js';
import {headnodeAddress} from '../../../source/engine/cloud/ec2/headnode-address.js';
import {listInstanceTypes} from '../../../source/engine/cloud/ec2/instance-types.js';
import {ownedKinds} from '../../../source/engine/cloud/ec2/owned/owned-kinds.js';
import {askBy} from '../../../source/engine/cloud/ec2/remove-ours.js';
import {amazonPrices} from '../../../source/engine/cloud/prices/amazon-prices.js';
import {serviceQuotas} from '../../../source/engine/cloud/prices/service-quotas.js';
import {findOwner} from '../../../source/engine/credentials/find-owner.js';
import {systemClock} from '../../../source/engine/host/system-clock.js';
import {findTaggedSnapshots} from '../../../source/engine/migration/ebs-direct/find-snapshot.js';
import {askToStart} from '../../../source/engine/migration/ebs-direct/start-snapshot.js';
import {createS3Store} from '../../../source/engine/object-store/s3-store.js';
import {testKeys} from '../../helpers/ec2-server/ec2-server.js';

const {signal} = new AbortController();

/** A server that answers as told, for as long as it is told. */
async function lyingServer(
	t: TestContext,
	answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
) {
	const asked = {times: 0};
	const server = createServer((request, response) => {
		asked.times++;
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.once('end', () => answer(request, response, Buffer.concat(chunks).toString()));
		response.on('error', () => undefined);
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	t.after(() => {
		server.closeAllConnections();
		server.close();
	});
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const access = {
		region: 'us-east-1',
		keys: testKeys,
		ec2Url: url,
		ebsUrl: url,
		iamUrl: url,
		stsUrl: url,
		traits: traitsOf('ec2'),
	};
	const calls = createAwsCalls(access, systemClock, {mostAttempts: 2, mostPauseMs: 10});
	t.after(() => calls.close());
	const ask = askBy(calls, signal);
	const context: Ec2Context = {
		name: 'liar',
		traits: access.traits,
		clock: systemClock,
		sshPort: 22,
		ask,
		allTypes: async () => [],
	};
	const store = createS3Store({
		endpoint: url,
		region: 'us-east-1',
		credentials: testKeys,
		traits: access.traits.objectStore,
		limits: {attempts: 2, firstPauseMs: 5, longestPauseMs: 10},
	});
	const listing = {access, endpoint: url, clock: systemClock, signal, patience: {mostAttempts: 2, mostPauseMs: 10}};
	return {asked, access, calls, context, store, listing, url};
}

type Liar = Awaited<ReturnType<typeof lyingServer>>;

/** One question to each service, and what its answers begin with. */
const questions: Readonly<Record<string, readonly [(liar: Liar) => Promise<unknown>, beginning: string]>> = {
	EC2: [async ({context}) => listImages(context), '<DescribeImagesResponse><imagesSet>'],
	'EBS direct': [
		async ({calls}) =>
			askToStart({calls, signal}, {ClientToken: 'a', VolumeSize: 1, Description: '', Timeout: 60, Tags: []}),
		'{"SnapshotId":"',
	],
	IAM: [
		async ({calls}) =>
			calls.iam(
				'GetRole',
				async (client, sdk, options) => client.send(new sdk.GetRoleCommand({RoleName: 'a'}), options),
				signal,
			),
		'<GetRoleResponse>',
	],
	STS: [async liar => findOwner({...liar, signal}), '<GetCallerIdentityResponse>'],
	S3: [async ({store}) => store.list('a-bucket', 'd2cm-'), '<ListBucketResult>'],
	'the price list': [async ({listing}) => amazonPrices(listing), '{"PriceList":["'],
	quotas: [async ({listing}) => serviceQuotas(listing)({service: 'ec2', code: 'L-1'}), '{"Quota":{"QuotaName":"'],
};

for (const [service, [question, beginning]] of Object.entries(questions)) {
	for (const status of [200, 400, 500]) {
		test(`an answer of ${service} with HTTP ${status} that never ends is given up, in little time and memory`, async t => {
			const chunk = Buffer.alloc(1 << 18, 'a');
			let sent = 0;
			const liar = await lyingServer(t, (_, response) => {
				response.writeHead(status);
				response.write(beginning);
				const go = () => {
					while (!response.destroyed && sent < 4 * 2 ** 30) {
						sent += chunk.length;
						if (!response.write(chunk)) {
							return;
						}
					}
				};
				response.on('drain', go);
				go();
			});
			const since = performance.now();
			let most = 0;
			const before = process.memoryUsage.rss();
			const watch = setInterval(() => {
				most = Math.max(most, process.memoryUsage.rss() - before);
			}, 20);
			t.after(() => clearInterval(watch));
			await assert.rejects(question(liar), ({name, message}: Error) => {
				assert.equal(name, 'CloudAnswerError', message);
				return /^The cloud's answer does not end: \d+ bytes have come, and there are more\.$/.test(message);
			});
			assert.ok(performance.now() - since < 20_000, `${performance.now() - since} ms`);
			assert.ok(sent < 200 * 2 ** 20, `${sent} bytes were sent`);
			assert.ok(most < 300 * 2 ** 20, `${most} bytes of memory`);
		});
	}
}

const paged: Readonly<Record<string, readonly [(liar: Liar) => Promise<unknown>, page: (token: string) => string]>> = {
	instances: [
		async ({context}) => describeInstances(context, {tags: {a: 'b'}}),
		token => `<DescribeInstancesResponse><nextToken>${token}</nextToken></DescribeInstancesResponse>`,
	],
	'instance types': [
		async ({context}) => listInstanceTypes(context),
		token => `<DescribeInstanceTypesResponse><nextToken>${token}</nextToken></DescribeInstanceTypesResponse>`,
	],
	snapshots: [
		async ({calls}) => findTaggedSnapshots(calls, ['a', 'b'], signal),
		token => `<DescribeSnapshotsResponse><nextToken>${token}</nextToken></DescribeSnapshotsResponse>`,
	],
	prices: [async ({listing}) => amazonPrices(listing), token => `{"PriceList":[],"NextToken":"${token}"}`],
	objects: [
		async ({store}) => store.list('a-bucket', 'd2cm-'),
		token => `<ListBucketResult><IsTruncated>true</IsTruncated><NextMarker>${token}</NextMarker></ListBucketResult>`,
	],
	uploads: [
		async ({store}) => store.listUploads('a-bucket', 'd2cm-'),
		token =>
			`<ListMultipartUploadsResult><IsTruncated>true</IsTruncated><NextKeyMarker>${token}</NextKeyMarker></ListMultipartUploadsResult>`,
	],
	parts: [
		async ({store}) => store.listParts({bucket: 'a-bucket', key: 'd2cm-a', uploadId: 'a'}),
		token =>
			`<ListPartsResult><IsTruncated>true</IsTruncated><NextPartNumberMarker>${token}</NextPartNumberMarker></ListPartsResult>`,
	],
};

for (const [what, [question, page]] of Object.entries(paged)) {
	test(`a list of ${what} whose next page is always the same is given up`, async t => {
		const liar = await lyingServer(t, (_, response) => response.end(page('17')));
		await assert.rejects(question(liar), {
			message: "The cloud's answer does not end: it names the same next page twice.",
		});
		assert.equal(liar.asked.times, 2);
	});
}

test('a list with one more page each time is given up', async t => {
	let count = 0;
	const liar = await lyingServer(t, (_, response) =>
		response.end(`<DescribeInstancesResponse><nextToken>${++count}</nextToken></DescribeInstancesResponse>`),
	);
	await assert.rejects(describeInstances(liar.context, {tags: {a: 'b'}}), {
		message: "The cloud's answer does not end: after 1000 pages it names one more.",
	});
	assert.equal(liar.asked.times, 1000);
});

const strange = ['../../../x', 'x\ny', '-oProxyCommand=id', 'a b', '\u202Ex', 'a'.repeat(300), '', '..'];
const inXml = (text: string) => text.replaceAll('\n', '&#10;');

for (const text of strange) {
	test(`${JSON.stringify(text).slice(0, 30)} in the place of an id, a name or an address is taken for none`, async t => {
		const given = inXml(text);
		const tags = '<tagSet><item><key>d2cm:installation</key><value>here</value></item></tagSet>';
		const answers: Readonly<Record<string, string>> = {
			DescribeInstances: `<reservationSet><item><instancesSet><item><instanceId>${given}</instanceId>${tags}</item><item><instanceId>i-0123456789abcdef0</instanceId><instanceState><name>running</name></instanceState><ipAddress>${given}</ipAddress><privateIpAddress>${given}</privateIpAddress>${tags}</item></instancesSet></item></reservationSet>`,
			DescribeImages: `<imagesSet><item><imageId>${given}</imageId><imageType>machine</imageType></item><item><imageId>${given}</imageId><imageType>kernel</imageType></item><item><imageId>ami-01234567</imageId><imageType>machine</imageType><name>${given}</name><imageOwnerId>${given}</imageOwnerId><creationDate>${given}</creationDate></item></imagesSet>`,
			DescribeVolumes: `<volumeSet><item><volumeId>${given}</volumeId>${tags}</item></volumeSet>`,
			DescribeAddresses: `<addressesSet><item><allocationId>${given}</allocationId>${tags}</item></addressesSet>`,
			DescribeSnapshots: `<snapshotSet><item><snapshotId>${given}</snapshotId><status>completed</status>${tags}</item><item><snapshotId>${given}</snapshotId><status>pending</status>${tags}</item></snapshotSet>`,
			DescribeSecurityGroups: `<securityGroupInfo><item><groupId>${given}</groupId>${tags}</item></securityGroupInfo>`,
			DescribeKeyPairs: '<keySet></keySet>',
			DescribeRegions: `<regionInfo><item><regionName>${given}</regionName></item></regionInfo>`,
			DescribeInstanceTypes: `<instanceTypeSet><item><instanceType>${given}</instanceType></item></instanceTypeSet>`,
		};
		const liar = await lyingServer(t, (_, response, body) => {
			const action = new URLSearchParams(body).get('Action') ?? '';
			response.end(
				request(action)
					? `<${action}Response>${answers[action]}</${action}Response>`
					: action === 'GetCallerIdentity'
						? `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>${given}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`
						: `<ListBucketResult><Contents><Key>${given}</Key></Contents></ListBucketResult>`,
			);
		});
		const request = (action: string) => answers[action] !== undefined;
		const {context, calls, store} = liar;
		const instances = await describeInstances(context, {tags: {'d2cm:installation': 'here'}});
		assert.deepEqual(
			instances.map(({id, ssh, privateAddress}) => [id, ssh, privateAddress]),
			[['i-0123456789abcdef0', undefined, undefined]],
		);
		assert.deepEqual(await describeRegions(calls, signal), []);
		assert.deepEqual(await listInstanceTypes(context), []);
		assert.deepEqual(await findTaggedSnapshots(calls, ['d2cm:installation', 'here'], signal), []);
		assert.deepEqual(await describeKernels(calls, signal), []);
		for (const {kind, find} of ownedKinds(context)) {
			assert.deepEqual(await find('here'), [], kind);
		}

		const [image, ...others] = await listImages(context);
		assert.deepEqual([image?.id, image?.createdAt, others], ['ami-01234567', '', []]);
		assert.match(image?.name ?? '', /^[ -~]{0,255}$/);
		assert.match(image?.owner ?? '', /^[\w-]{0,64}$/);
		await assert.rejects(findOwner({...liar, signal}), {name: 'CloudAnswerError'});
		await assert.rejects(store.list('a-bucket', 'd2cm-'), {name: 'CloudAnswerError'});
	});
}

test('an address of this machine that comes without end is none', async t => {
	let sent = 0;
	const {url} = await lyingServer(t, (_, response) => {
		const go = () => {
			while (!response.destroyed && response.write('1'.repeat(1 << 16))) {
				sent += 1 << 16;
			}
		};
		response.on('drain', go);
		go();
	});
	await assert.rejects(headnodeAddress({setting: '', addressService: url}), {name: 'HeadnodeUnknownError'});
	assert.ok(sent < 50 * 2 ** 20, `${sent} bytes were sent`);
});
