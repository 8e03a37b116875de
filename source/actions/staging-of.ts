import {type Staging, stagingBucket} from '../engine/cloud/staging.js';
import {isAmazonAddress} from '../engine/credentials/amazon-address.js';
import type {S3Limits} from '../engine/object-store/s3-caller.js';
import type {CloudAccess} from './cloud-access.js';
import {objectStoreOf} from './object-store-of.js';

/** Where large inputs of an installation wait in a cloud. Undefined where no address of an object store is known. */
export async function stagingOf(
	access: CloudAccess,
	installation: string,
	limits?: Partial<S3Limits>,
): Promise<Staging | undefined> {
	const {s3Url, ec2Url, region, traits, ca} = access;
	// What stands in for Amazon's EC2 has no part in Amazon's S3.
	const isAmazon = !traits.ownAddresses && (ec2Url === undefined || isAmazonAddress(ec2Url));
	return s3Url === undefined && !isAmazon
		? undefined
		: {
				store: await objectStoreOf(access, limits && {limits}),
				bucket: stagingBucket(installation, region),
				...(ca !== undefined && {ca}),
			};
}
