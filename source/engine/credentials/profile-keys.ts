import type {Credentials} from '@aws-sdk/client-sts';
import type {AwsKeys} from '../cloud/ec2/ec2-access.js';
import {outgoingAgents} from '../host/outgoing/agents.js';
import {ProxyError} from '../host/outgoing/errors.js';
import {MissingProfileError} from './errors/missing-profile-error.js';

/**
The keys of a profile of the shared AWS configuration, and of nothing else: not those of the environment, nor of the machine
we happen to run on. The SDK asks again when temporary ones are about to expire. Who signs in or takes a role for that is asked
by the same ways as the cloud is; where the cloud has an STS of its own, that one gives the role.

@throws {MissingProfileError} Also when the SDK's own way to them (SSO, a role, a program) fails.
@throws {ProxyError}
*/
export function profileKeys(profile: string, {stsUrl, region, ca}: KeyPlace): () => Promise<AwsKeys> {
	return async () => {
		const {fromIni} = await import('./profile-sdk.js');
		const agents = await outgoingAgents({maxSockets: 4});
		const requestHandler = {connectionTimeout: 10_000, requestTimeout: 30_000, ...agents};
		try {
			return await fromIni({
				profile,
				ignoreCache: true,
				clientConfig: {requestHandler},
				...(stsUrl !== undefined && {
					roleAssumer: async (keys, role) => {
						const {AssumeRoleCommand, STSClient} = await import('../cloud/ec2/sts-sdk.js');
						const own = ca === undefined ? agents : await outgoingAgents({maxSockets: 4, ca});
						const client = new STSClient({
							region,
							endpoint: stsUrl,
							credentials: keys,
							requestHandler: {connectionTimeout: 10_000, requestTimeout: 30_000, ...own},
						});
						return keysOf((await client.send(new AssumeRoleCommand(role))).Credentials);
					},
				}),
			})();
		} catch (error) {
			throw proxyErrorIn(error) ?? new MissingProfileError(profile, {cause: error});
		}
	};
}

/** Where a role is taken, and how that place is trusted; left out, it is Amazon. */
type KeyPlace = {readonly region: string; readonly stsUrl?: string | undefined; readonly ca?: string | undefined};

function keysOf(given: Credentials | undefined): AwsKeys {
	const {AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken, Expiration} = given ?? {};
	if (!accessKeyId || !secretAccessKey) {
		throw new Error('The STS gave no keys for the role.');
	}

	return {
		...{accessKeyId, secretAccessKey},
		...(SessionToken && {sessionToken: SessionToken}),
		...(Expiration && {expiration: Expiration}),
	};
}

function proxyErrorIn(error: unknown): ProxyError | undefined {
	return error instanceof ProxyError
		? error
		: error instanceof Error && error.cause
			? proxyErrorIn(error.cause)
			: undefined;
}
