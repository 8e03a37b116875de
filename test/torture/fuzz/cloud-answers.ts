import {createServer, type IncomingMessage} from 'node:http';
import type {AddressInfo} from 'node:net';
import {traitsOf} from '../../../source/engine/cloud/cloud-traits.js';
import {createAwsCalls} from '../../../source/engine/cloud/ec2/aws-calls.js';
import {createEc2Cloud} from '../../../source/engine/cloud/ec2/ec2-cloud.js';
import {amazonPrices} from '../../../source/engine/cloud/prices/amazon-prices.js';
import {parseProduct} from '../../../source/engine/cloud/prices/parse-product.js';
import {verifySnapshot} from '../../../source/engine/migration/ebs-direct/verify-snapshot.js';
import {createS3Store} from '../../../source/engine/object-store/s3-store.js';
import {hastyClock} from '../../helpers/ebs-upload.js';
import {testKeys} from '../../helpers/ec2-server/ec2-server.js';
import {product} from '../../helpers/prices-server.js';
import {type Boundary, must, ours} from './boundary.js';
import {type Chance, mutateJsonText, mutateText} from './mutate.js';

const response = (action: string, inner: string) =>
	`<?xml version="1.0" encoding="UTF-8"?>\n<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r-1</requestId>${inner}</${action}Response>`;

const at = '2026-11-22T10:00:00.000Z';
const tags =
	'<tagSet><item><key>d2cm:installation</key><value>i</value></item><item><key>d2cm:deployment</key><value>pi.ABC123</value></item></tagSet>';
const instance = `<item><instanceId>i-0123456789abcdef0</instanceId><imageId>ami-0000000000000abcd</imageId><instanceState><code>16</code><name>running</name></instanceState><instanceType>t3.small</instanceType><launchTime>${at}</launchTime><privateIpAddress>10.0.0.1</privateIpAddress><ipAddress>203.0.113.1</ipAddress><clientToken>t</clientToken><placement><availabilityZone>us-east-1a</availabilityZone></placement><reason>User initiated (2026-11-22 10:00:00 GMT)</reason><stateReason><code>x</code><message>y</message></stateReason>${tags}</item>`;

/** By action: what Amazon says, shortened. */
const good: Readonly<Record<string, string>> = {
	DescribeInstances: `<reservationSet><item><reservationId>r-1</reservationId><ownerId>123456789012</ownerId><instancesSet>${instance.repeat(2)}</instancesSet></item></reservationSet>`,
	DescribeImages: `<imagesSet><item><imageId>ami-0000000000000abcd</imageId><imageState>available</imageState><imageOwnerId>123456789012</imageOwnerId><name>worker</name><architecture>x86_64</architecture><bootMode>legacy-bios</bootMode><creationDate>${at}</creationDate><rootDeviceName>/dev/xvda</rootDeviceName><rootDeviceType>ebs</rootDeviceType><blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs><snapshotId>snap-0000000000000abcd</snapshotId><volumeSize>8</volumeSize></ebs></item></blockDeviceMapping>${tags}</item></imagesSet>`,
	DescribeInstanceTypes: `<instanceTypeSet><item><instanceType>t3.small</instanceType><vCpuInfo><defaultVCpus>2</defaultVCpus></vCpuInfo><memoryInfo><sizeInMiB>2048</sizeInMiB></memoryInfo><processorInfo><supportedArchitectures><item>x86_64</item></supportedArchitectures></processorInfo><networkInfo><enaSupport>required</enaSupport></networkInfo><supportedUsageClasses><item>spot</item></supportedUsageClasses></item></instanceTypeSet>`,
	DescribeVolumes: `<volumeSet><item><volumeId>vol-0000000000000abcd</volumeId><size>8</size><volumeType>gp3</volumeType><status>available</status><createTime>${at}</createTime>${tags}</item></volumeSet>`,
	DescribeSnapshots: `<snapshotSet><item><snapshotId>snap-0000000000000abcd</snapshotId><status>completed</status><progress>100%</progress><startTime>${at}</startTime><volumeSize>8</volumeSize><encrypted>false</encrypted>${tags}</item></snapshotSet>`,
	DescribeAddresses: `<addressesSet><item><publicIp>203.0.113.9</publicIp><allocationId>eipalloc-1</allocationId>${tags}</item></addressesSet>`,
	DescribeKeyPairs: `<keySet><item><keyName>pi.ABC123</keyName><keyPairId>key-1</keyPairId><keyFingerprint>a</keyFingerprint>${tags}</item></keySet>`,
	DescribeSecurityGroups: `<securityGroupInfo><item><groupId>sg-1</groupId><groupName>pi.ABC123</groupName><ownerId>123456789012</ownerId><ipPermissions><item><ipProtocol>tcp</ipProtocol><fromPort>22</fromPort><toPort>22</toPort><ipRanges><item><cidrIp>192.0.2.1/32</cidrIp></item></ipRanges></item></ipPermissions>${tags}</item></securityGroupInfo>`,
	DescribeSpotPriceHistory: `<spotPriceHistorySet><item><instanceType>t3.small</instanceType><spotPrice>0.01</spotPrice><availabilityZone>us-east-1a</availabilityZone><timestamp>${at}</timestamp></item></spotPriceHistorySet><nextToken/>`,
	GetConsoleOutput: `<instanceId>i-0123456789abcdef0</instanceId><timestamp>${at}</timestamp><output>${Buffer.from('Debian\n\u001B[1mlogin:').toString('base64')}</output>`,
};

const refusal =
	'<?xml version="1.0"?><Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized.</Message></Error></Errors><RequestID>r-1</RequestID></Response>';
const stsAnswer =
	'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/x</Arn><UserId>A</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>';
const s3List = `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name><Prefix>p</Prefix><IsTruncated>false</IsTruncated><Contents><Key>p/a</Key><LastModified>${at}</LastModified><ETag>"0cc175b9c0f1b6a831c399e269772661"</ETag><Size>1</Size></Contents></ListBucketResult>`;

const xmlWords = [
	...[
		'<item>',
		'</item>',
		'<item/>',
		'<![CDATA[',
		']]>',
		'<!--',
		'-->',
		'<?x ?>',
		'<!DOCTYPE a [<!ENTITY b "c">]>',
		'&b;',
		'&#0;',
		'&#x110000;',
		'&lt;',
		'&amp;',
	],
	...[
		'<nextToken>',
		'<a xmlns:b="c" b:d="',
		'<instanceId>',
		'<name>',
		'true',
		'-1',
		'<__proto__>',
		'<constructor>',
		'<toString/>',
		'../../../x',
		'i-1\nroot',
	],
];

/** What a server is to say next, whoever asks. */
class SpeakingServer {
	body: Buffer | string = '';
	status = 200;
	type = 'text/xml;charset=UTF-8';
	/** The same page with a token again and again would be another promise than these. */
	left = 0;
	readonly #server = createServer((request: IncomingMessage, answer) => {
		request.resume();
		request.once('end', () => {
			const isOver = this.left-- <= 0;
			answer.writeHead(isOver ? 400 : this.status, {'content-type': this.type, date: new Date().toUTCString()});
			answer.end(isOver ? refusal : this.body);
		});
	});

	async open(): Promise<string> {
		await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve));
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	async close(): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise(resolve => this.#server.close(resolve));
	}
}

const mostPages = 3;
const {signal} = new AbortController();
const patience = {mostAttempts: 1, mostThrottled: 1, mostPauseMs: 1, random: () => 0};

/** An error of the SDK that says what a server answered, which whoever asks has to understand. */
const isAnswer = (error: unknown): boolean => error instanceof Error && '$fault' in error;

type Asked = Readonly<Record<string, () => Promise<unknown>>>;

const cloudXml: Boundary & {readonly name: 'cloud-xml'} = {
	name: 'cloud-xml',
	weight: 8,
	async open() {
		const server = new SpeakingServer();
		const ec2Url = await server.open();
		const access = {region: 'us-east-1', keys: testKeys, ec2Url, stsUrl: ec2Url, s3Url: ec2Url};
		const calls = createAwsCalls(access, hastyClock, patience);
		const store = createS3Store({
			...{endpoint: ec2Url, region: 'us-east-1', credentials: testKeys, clock: hastyClock},
			traits: traitsOf('ec2').objectStore,
			limits: {attempts: 1},
		});
		const cloudNow = () =>
			createEc2Cloud({
				name: 'c',
				access,
				traits: traitsOf('ec2'),
				clock: hastyClock,
				headnode: async () => '192.0.2.1',
				patience,
			});
		const owned = (kind: string) => async () =>
			cloudNow()
				.ownedKinds?.find(one => one.kind === kind)
				?.find('00000000-0000-4000-8000-000000000001');
		const questions: Asked = {
			DescribeInstances: async () => cloudNow().describe({tags: {'d2cm:installation': 'i'}}),
			DescribeImages: async () => cloudNow().images(),
			DescribeInstanceTypes: async () => cloudNow().instanceTypes(),
			DescribeSpotPriceHistory: async () => cloudNow().spotPrices?.(['t3.small']),
			GetConsoleOutput: async () => cloudNow().consoleOutput('i-0123456789abcdef0'),
			...Object.fromEntries((cloudNow().ownedKinds ?? []).map(({kind}) => [kind, owned(kind)])),
			sts: async () =>
				calls.sts(
					'GetCallerIdentity',
					async (client, sdk, options) => client.send(new sdk.GetCallerIdentityCommand({}), options),
					signal,
				),
			s3: async () => store.list('bucket', 'p'),
			'bucket state': async () => store.bucketState('bucket'),
		};
		return {
			make(chance) {
				const question = chance.of(Object.keys(questions));
				const text = xmlOf(chance, question);
				const status = chance.of([200, 200, 200, 200, 400, 403, 503]);
				return {
					// It is sent, received, gathered and read.
					size: 12 * text.length,
					async run() {
						server.body = text;
						server.status = status;
						server.left = mostPages;
						return ours(async () => {
							const answer = await questions[question]?.();
							must(
								answer === undefined || typeof answer === 'object' || typeof answer === 'string',
								`It is ${typeof answer}.`,
							);
						}, isAnswer);
					},
				};
			},
			async close() {
				calls.close();
				await server.close();
			},
		};
	},
};

function xmlOf(chance: Chance, question: string): string {
	const texts =
		question === 'sts'
			? [stsAnswer]
			: question === 's3' || question === 'bucket state'
				? [s3List, refusal]
				: [
						response(question, good[question] ?? Object.values(good).join('')),
						...Object.entries(good).map(([action, inner]) => response(action, inner)),
					];
	return mutateText(chance, {
		texts: chance.is(0.8) ? texts.slice(0, 1) : [...texts, refusal, '<html><body>Login</body></html>'],
		words: xmlWords,
	});
}

const cloudJson: Boundary & {readonly name: 'cloud-json'} = {
	name: 'cloud-json',
	weight: 6,
	async open() {
		const server = new SpeakingServer();
		const url = await server.open();
		const access = {region: 'eu-west-1', keys: testKeys, ec2Url: url, ebsUrl: url};
		const calls = createAwsCalls(access, hastyClock, patience);
		const entry = JSON.parse(product({instanceType: 't3.small', regionCode: 'eu-west-1'}, '0.02'));
		const blocks = {
			BlockSize: 524_288,
			Blocks: [
				{BlockIndex: 0, BlockToken: 'a'},
				{BlockIndex: 7, BlockToken: 'b'},
			],
			ExpiryTime: 1,
			VolumeSize: 8,
		};
		return {
			make(chance) {
				const isPrice = chance.is(0.6);
				const priced = mutateJsonText(chance, entry);
				const text = isPrice
					? mutateJsonText(chance, {FormatVersion: 'aws_v1', PriceList: [priced, JSON.stringify(entry)]})
					: mutateJsonText(chance, blocks);
				return {
					size: 12 * text.length,
					async run() {
						server.body = text;
						server.type = isPrice ? 'application/x-amz-json-1.1' : 'application/json';
						server.left = mostPages;
						const cost = parseProduct(priced)?.hourlyUsd;
						must(cost === undefined || (Number.isFinite(cost) && cost > 0), `A price is ${cost}.`);
						return ours(async () => {
							if (!isPrice) {
								await verifySnapshot(
									{calls, signal},
									'snap-1',
									new Map([
										[0, Buffer.alloc(32)],
										[7, Buffer.alloc(32)],
									]),
								);
								return;
							}

							const prices = await amazonPrices({access, endpoint: url, clock: hastyClock, signal, patience});
							for (const [type, price] of Object.entries(prices)) {
								must(Number.isFinite(price) && price > 0, `The price of ${type} is ${price}.`);
							}
						}, isAnswer);
					},
				};
			},
			async close() {
				calls.close();
				await server.close();
			},
		};
	},
};

export const cloudBoundaries = [cloudXml, cloudJson] as const;
