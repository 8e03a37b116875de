import type {EBSClient} from '@aws-sdk/client-ebs';
import type {EC2Client} from '@aws-sdk/client-ec2';
import type {IAMClient} from '@aws-sdk/client-iam';
import type {STSClient} from '@aws-sdk/client-sts';
import {profileKeys} from '../../credentials/profile-keys.js';
import type {Clock} from '../../host/clock.js';
import {outgoingAgents} from '../../host/outgoing/agents.js';
import {refuseWebPages, rootElement} from '../refuse-web-pages.js';
import {callPatiently, type Patience} from './call-patiently.js';
import type {Ec2Access} from './ec2-access.js';

export type Ec2Sdk = typeof import('./ec2-sdk.js');
export type EbsSdk = typeof import('./ebs-sdk.js');
export type IamSdk = typeof import('./iam-sdk.js');
export type StsSdk = typeof import('./sts-sdk.js');

/** Handed to `client.send`. */
export type SendOptions = {readonly abortSignal: AbortSignal};

/** Requests to one region of Amazon; the only place that tries again. Action names are Amazon's. */
export type AwsCalls = {
	readonly clock: Clock;
	/** `eu-west-1` */
	readonly region: string;
	/** @throws {AppError} Whatever `callPatiently` throws. */
	ec2<Output>(
		action: string,
		ask: (client: EC2Client, sdk: Ec2Sdk, options: SendOptions) => Promise<Output>,
		signal: AbortSignal,
	): Promise<Output>;
	ebs<Output>(
		action: string,
		ask: (client: EBSClient, sdk: EbsSdk, options: SendOptions) => Promise<Output>,
		signal: AbortSignal,
	): Promise<Output>;
	iam<Output>(
		action: string,
		ask: (client: IAMClient, sdk: IamSdk, options: SendOptions) => Promise<Output>,
		signal: AbortSignal,
	): Promise<Output>;
	sts<Output>(
		action: string,
		ask: (client: STSClient, sdk: StsSdk, options: SendOptions) => Promise<Output>,
		signal: AbortSignal,
	): Promise<Output>;
	/** Whether there is an IAM: at Amazon, or where its address is known. */
	readonly hasIam: boolean;
	close(): void;
};

/** How many connections are kept to one service. */
export const mostConnections = 64;

/** The SDK is loaded with the first request: it takes longer than the rest of the program together. */
export function createAwsCalls(access: Ec2Access, clock: Clock, patience: Partial<Patience> = {}): AwsCalls {
	const ec2 = lazily(async () => {
		const sdk = await import('./ec2-sdk.js');
		return {sdk, client: refuseWebPages(new sdk.EC2Client(await clientConfig(access, access.ec2Url)), isQueryAnswer)};
	});
	const ebs = lazily(async () => {
		const sdk = await import('./ebs-sdk.js');
		return {sdk, client: refuseWebPages(new sdk.EBSClient(await clientConfig(access, access.ebsUrl)), isJson, isBlock)};
	});
	const iam = lazily(async () => {
		const sdk = await import('./iam-sdk.js');
		return {sdk, client: refuseWebPages(new sdk.IAMClient(await clientConfig(access, access.iamUrl)), isQueryAnswer)};
	});
	const sts = lazily(async () => {
		const sdk = await import('./sts-sdk.js');
		return {sdk, client: refuseWebPages(new sdk.STSClient(await clientConfig(access, access.stsUrl)), isQueryAnswer)};
	});

	const of = (service: keyof typeof serviceNames) => ({
		clock,
		...patience,
		place: placeOf(access, service),
		service: serviceNames[service],
	});

	return {
		clock,
		region: access.region,
		async ec2(action, ask, signal) {
			const {client, sdk} = await ec2.get();
			return callPatiently(`ec2:${action}`, async options => ask(client, sdk, options), {...of('ec2'), signal});
		},
		async ebs(action, ask, signal) {
			const {client, sdk} = await ebs.get();
			return callPatiently(`ebs:${action}`, async options => ask(client, sdk, options), {...of('ebs'), signal});
		},
		async iam(action, ask, signal) {
			const {client, sdk} = await iam.get();
			return callPatiently(`iam:${action}`, async options => ask(client, sdk, options), {...of('iam'), signal});
		},
		async sts(action, ask, signal) {
			const {client, sdk} = await sts.get();
			return callPatiently(`sts:${action}`, async options => ask(client, sdk, options), {...of('sts'), signal});
		},
		hasIam: access.iamUrl !== undefined || isAmazons(access.ec2Url),
		close() {
			for (const service of [ec2, ebs, iam, sts]) {
				service.made?.then(
					({client}) => client.destroy(),
					() => undefined, // Whoever asked for it was told.
				);
			}
		},
	};
}

const serviceNames = {ec2: 'EC2', ebs: 'EBS direct', iam: 'IAM', sts: 'STS'} as const;

/** Host and port of a service. */
export function placeOf(access: Ec2Access, service: keyof typeof serviceNames = 'ec2'): string {
	const url = access[`${service}Url`];
	return url === undefined ? `${service}.${access.region}.amazonaws.com` : URL.canParse(url) ? new URL(url).host : url;
}

/** `DescribeImagesResponse`, `ErrorResponse`; an envelope of SOAP is what old clouds put errors in. */
const isQueryAnswer = (body: string): boolean => /Response$|^Envelope$/.test(rootElement(body) ?? '');

export const isJson = (body: string): boolean => /^\s*(?:[[{]|$)/.test(body);
const isBlock = (command: string): boolean => command.startsWith('GetSnapshotBlock');

const isAmazons = (url: string | undefined): boolean =>
	url === undefined || /\.amazonaws\.com(?:\.cn)?$/.test(new URL(url).hostname);

/** Retries are ours alone: two layers of them multiply, and hide what is wrong. */
export async function clientConfig({region, keys, ca, stsUrl}: Ec2Access, endpoint: string | undefined) {
	const agents = await outgoingAgents({maxSockets: mostConnections, ...(ca !== undefined && {ca})});
	return {
		region,
		credentials: 'profile' in keys ? profileKeys(keys.profile, {region, stsUrl, ca}) : keys,
		maxAttempts: 1,
		requestHandler: {
			connectionTimeout: 10_000,
			...agents,
		},
		...(endpoint === undefined ? {} : {endpoint}),
	};
}

function lazily<Value>(make: () => Promise<Value>) {
	const lazy = {
		made: undefined as Promise<Value> | undefined,
		async get(): Promise<Value> {
			lazy.made ??= make();
			return lazy.made;
		},
	};
	return lazy;
}
