import type {CreateBucketCommandInput, S3Client} from '@aws-sdk/client-s3';
import type {AccessKeys} from '../cloud/ec2/ec2-access.js';
import {refuseWebPages, rootElement} from '../cloud/refuse-web-pages.js';
import {profileKeys} from '../credentials/profile-keys.js';
import {outgoingAgents} from '../host/outgoing/agents.js';
import type {ObjectStoreTraits} from './object-store-traits.js';

export type S3Credentials = AccessKeys;

export type S3ClientOptions = {
	/** Left out: Amazon's for the region. */
	readonly endpoint?: string;
	readonly region: string;
	readonly credentials: S3Credentials;
	readonly traits: ObjectStoreTraits;
	/** PEM of the authority that signed the server's certificate, where the system does not know it. */
	readonly ca?: string;
	/** Where the role of a profile is taken. Left out: Amazon's. */
	readonly stsUrl?: string;
};

export type S3Sdk = typeof import('./s3-sdk.js');

export type S3Connection = {readonly sdk: S3Sdk; readonly client: S3Client};

const mostSockets = 64;

/** A client that neither retries, nor follows redirects, nor mends a wrong clock by itself: all that is told or done above it. */
export async function connectS3(
	{endpoint, region, credentials, traits, ca, stsUrl}: S3ClientOptions,
	{connectMs, idleMs}: {readonly connectMs: number; readonly idleMs: number},
): Promise<S3Connection> {
	const [sdk, agents] = await Promise.all([
		import('./s3-sdk.js'),
		outgoingAgents({maxSockets: mostSockets, scheduling: 'lifo', ...(ca !== undefined && {ca})}),
	]);
	const client = new sdk.S3Client({
		region,
		...(endpoint !== undefined && {endpoint}),
		credentials: 'profile' in credentials ? profileKeys(credentials.profile, {region, stsUrl, ca}) : credentials,
		forcePathStyle: traits.pathStyle,
		requestChecksumCalculation: traits.checksums,
		responseChecksumValidation: traits.checksums,
		maxAttempts: 1,
		disableClockSkewCorrection: true,
		// It would open a new connection for each part.
		expectContinueHeader: false,
		requestHandler: {
			connectionTimeout: connectMs,
			socketTimeout: idleMs,
			...agents,
		},
	});
	refuseWebPages(client, isS3Answer, command => command.startsWith('GetObject'));
	if (!traits.locationConstraint) {
		// The SDK names the region by itself, also to servers that know none.
		client.middlewareStack.add(
			next => async args => {
				const {CreateBucketConfiguration: _, ...input} = args.input as CreateBucketCommandInput;
				return next({...args, input: input as typeof args.input});
			},
			{step: 'serialize', priority: 'high', name: 'noLocationConstraint'},
		);
	}

	return {sdk, client};
}

/** Answers to what is written may be empty; these statuses are told apart elsewhere, as those of a proxy that may pass. */
const isS3Answer = (body: string, status: number): boolean =>
	body === '' ||
	[400, 408, 429].includes(status) ||
	!(/^\s*<(?:!doctype\s+)?html/i.test(body) || (status >= 400 && rootElement(body) === undefined));
