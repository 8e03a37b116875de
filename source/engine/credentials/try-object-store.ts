import {randomBytes} from 'node:crypto';
import type {CloudTraits} from '../cloud/cloud-traits.js';
import type {Ec2Access} from '../cloud/ec2/ec2-access.js';
import {AppError} from '../errors/app-error.js';
import type {Clock} from '../host/clock.js';
import {createS3Store} from '../object-store/s3-store.js';
import {shortLimits} from '../object-store/short-limits.js';
import {isAmazonAddress} from './amazon-address.js';

/**
Whether the object store takes the keys, too: asked for a bucket that nobody has. What is wrong is told in sentences, since
without an object store much still works.
*/
export async function tryObjectStore({
	access: {region, keys, s3Url, ec2Url, stsUrl, ca, traits},
	clock,
}: {
	readonly access: Ec2Access & {readonly traits: CloudTraits};
	readonly clock: Clock;
}): Promise<readonly string[]> {
	if (s3Url === undefined && ec2Url !== undefined && !isAmazonAddress(ec2Url)) {
		return ['The cloud has no S3 address, so nothing can be put into its object store.'];
	}

	const store = createS3Store({
		region,
		credentials: keys,
		traits: traits.objectStore,
		clock,
		limits: shortLimits,
		...(s3Url !== undefined && {endpoint: s3Url}),
		...(ca !== undefined && {ca}),
		...(stsUrl !== undefined && {stsUrl}),
	});
	try {
		await store.bucketState(`d2cm-nobody-has-this-${randomBytes(8).toString('hex')}`);
		return [];
	} catch (error) {
		if (error instanceof AppError) {
			return [`The object store cannot be used: ${error.message} ${error.hint}`];
		}

		throw error;
	}
}
