import {readFileSync} from 'node:fs';
import {type CloudTraits, traitsOf} from '../engine/cloud/cloud-traits.js';
import type {Ec2Access} from '../engine/cloud/ec2/ec2-access.js';
import {addressProblem} from '../engine/credentials/address-problem.js';
import {unusableKeys} from '../engine/credentials/check-keys.js';
import {UnreadableCaError} from '../engine/credentials/errors/unreadable-ca-error.js';
import {UnusableKeysError} from '../engine/credentials/errors/unusable-keys-error.js';
import {WrongAddressError} from '../engine/credentials/errors/wrong-address-error.js';
import {WrongRegionError} from '../engine/credentials/errors/wrong-region-error.js';
import {regionProblem} from '../engine/credentials/region-problem.js';
import {bundleProblem} from '../engine/host/outgoing/certificate-bundle.js';
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
@throws {WrongAddressError}
@throws {UnusableKeysError}
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
	const traits = traitsOf(cloud.kind);
	mustBeReachable(cloud, traits);
	const [unusable] = profile === '' ? unusableKeys(credential) : [];
	if (unusable) {
		throw new UnusableKeysError(credential.name, unusable);
	}

	return {
		// Other clouds take any, and it is signed.
		region: cloud.region || 'us-east-1',
		keys: profile === '' ? {accessKeyId, secretAccessKey} : {profile},
		// Without an address, Amazon would be asked with the keys of somebody else's cloud.
		...(traits.ownAddresses && {ebsUrl: cloud.ec2Url}),
		...Object.fromEntries(addresses.filter(([key]) => cloud[key] !== '').map(([key]) => [key, cloud[key]])),
		...(cloud.ca !== '' && {ca: readCa(cloud.ca)}),
		traits,
		accountId: cloud.accountId || credential.userId,
		credential,
		cloud,
	};
}

/** Who edits db.json by hand may write anything. */
function mustBeReachable(cloud: CloudEntry, {ownAddresses}: CloudTraits): void {
	if (regionProblem(cloud.region) !== undefined) {
		throw new WrongRegionError(cloud.name, cloud.region);
	}

	for (const [key, server] of addresses) {
		const isMissing = ownAddresses && key === 'ec2Url' && cloud[key] === '';
		const problem = isMissing ? 'is missing' : addressProblem(cloud[key]);
		if (problem !== undefined) {
			throw new WrongAddressError(cloud.name, server, problem);
		}
	}
}

/** The addresses that a cloud has, each with the name by which users know it. */
export const addresses = [
	['ec2Url', 'EC2'],
	['s3Url', 'S3'],
	['ebsUrl', 'EBS direct'],
	['stsUrl', 'STS'],
] as const;

/** Refuses what vouches for nobody: Node takes an empty file for no CA at all, and then trusts whom it always trusts. */
function readCa(file: string): string {
	let pem: string;
	try {
		pem = readFileSync(file, 'utf8');
	} catch (error) {
		throw new UnreadableCaError(file, 'cannot be read', {cause: error});
	}

	const problem = bundleProblem(pem);
	if (problem !== undefined) {
		throw new UnreadableCaError(file, problem);
	}

	return pem;
}
