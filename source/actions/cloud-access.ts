import {readFileSync} from 'node:fs';
import {type CloudTraits, traitsOf} from '../engine/cloud/cloud-traits.js';
import type {Ec2Access} from '../engine/cloud/ec2/ec2-access.js';
import {UnreadableCaError} from '../engine/credentials/errors/unreadable-ca-error.js';
import {WrongRegionError} from '../engine/credentials/errors/wrong-region-error.js';
import {regionProblem} from '../engine/credentials/region-problem.js';
import type {CloudEntry, Credential, Database} from '../store/database.js';
import {NoCredentialError} from './errors/no-credential-error.js';
import {findNamed} from './named-entries.js';

export type CloudAccess = Ec2Access & {
	readonly traits: CloudTraits;
	/** Whose bundles and AMIs are made: 12 digits, or empty where nobody has said. */
	readonly accountId: string;
	readonly credential: Credential;
	readonly cloud: CloudEntry;
};

/**
How to reach a cloud of the database, with whose keys. Nobody else reads credentials.

@throws {UnknownNameError}
@throws {NoCredentialError}
@throws {UnreadableCaError}
@throws {WrongRegionError}
*/
export function cloudAccess(name: string, database: Pick<Database, 'clouds' | 'credentials'>): CloudAccess {
	const cloud = findNamed('cloud', database.clouds, name);
	if (cloud.credential === '') {
		throw new NoCredentialError(name);
	}

	const credential = findNamed('credential', database.credentials, cloud.credential);
	return accessWith(cloud, credential);
}

/** The same for a credential the cloud does not use yet, to try it. */
export function accessWith(cloud: CloudEntry, credential: Credential): CloudAccess {
	const {accessKey: accessKeyId, secretKey: secretAccessKey, profile} = credential;
	const addresses = ['ec2Url', 'ebsUrl', 's3Url', 'stsUrl'] as const;
	const traits = traitsOf(cloud.kind);
	if (regionProblem(cloud.region) !== undefined) {
		throw new WrongRegionError(cloud.name, cloud.region);
	}

	return {
		// Other clouds take any, and it is signed.
		region: cloud.region || 'us-east-1',
		keys: profile === '' ? {accessKeyId, secretAccessKey} : {profile},
		// Without an address, Amazon would be asked with the keys of somebody else's cloud.
		...(traits.ownAddresses && {ebsUrl: cloud.ec2Url}),
		...Object.fromEntries(addresses.filter(key => cloud[key] !== '').map(key => [key, cloud[key]])),
		...(cloud.ca !== '' && {ca: readCa(cloud.ca)}),
		traits,
		accountId: cloud.accountId || credential.userId,
		credential,
		cloud,
	};
}

function readCa(file: string): string {
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		throw new UnreadableCaError(file, {cause: error});
	}
}
