import type {CloudKind} from '../cloud/cloud-traits.js';
import {isAmazonAddress, regionOfAddress} from './amazon-address.js';
import type {CredentialFields} from './credential-fields.js';

/** A cloud as far as a `.eucarc` file describes it. */
export type CloudFields = {
	readonly kind: CloudKind;
	readonly region: string;
	readonly ec2Url: string;
	readonly s3Url: string;
	readonly stsUrl: string;
	/** Path, PEM. */
	readonly cloudCertificate: string;
	readonly accountId: string;
};

export type EucarcEntries = {
	readonly credential: CredentialFields;
	/** Undefined where the file names no address. */
	readonly cloud: CloudFields | undefined;
};

/** The credential and the cloud that a `.eucarc` file tells of, under its old names and its new ones. */
export function eucarcEntries(values: ReadonlyMap<string, string>): EucarcEntries {
	const first = (...names: readonly string[]): string =>
		names.map(name => values.get(name)?.trim() ?? '').find(value => value !== '') ?? '';
	const account = first('EC2_ACCOUNT_NUMBER', 'AWS_ACCOUNT_NUMBER', 'EC2_USER_ID', 'AWS_USER_ID').replaceAll('-', '');
	const userId = /^\d{12}$/.test(account) ? account : '';
	const ec2Url = first('EC2_URL', 'AWS_EC2_URL');
	const isAmazon = isAmazonAddress(ec2Url);
	return {
		credential: {
			userId,
			accessKey: first('EC2_ACCESS_KEY', 'AWS_ACCESS_KEY', 'AWS_ACCESS_KEY_ID'),
			secretKey: first('EC2_SECRET_KEY', 'AWS_SECRET_KEY', 'AWS_SECRET_ACCESS_KEY'),
			certificate: first('EC2_CERT'),
			privateKey: first('EC2_PRIVATE_KEY'),
			profile: '',
		},
		cloud:
			ec2Url === ''
				? undefined
				: {
						kind: isAmazon ? 'ec2' : 'eucalyptus',
						region: first('EC2_REGION', 'AWS_DEFAULT_REGION') || regionOfAddress(ec2Url),
						ec2Url,
						s3Url: first('S3_URL', 'AWS_S3_URL'),
						stsUrl: first('TOKEN_URL', 'AWS_STS_URL'),
						cloudCertificate: first('EUCALYPTUS_CERT'),
						accountId: account,
					},
	};
}
