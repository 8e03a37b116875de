/** How to reach one region of Amazon, or what speaks like it. */
export type Ec2Access = {
	/** `eu-west-1` */
	readonly region: string;
	readonly keys: AccessKeys;
	/** Left out: Amazon's own. */
	readonly ec2Url?: string;
	/** Of EBS direct. Left out: Amazon's own. */
	readonly ebsUrl?: string;
	readonly s3Url?: string;
	readonly stsUrl?: string;
	/** Left out: Amazon's own, where the cloud is Amazon. */
	readonly iamUrl?: string;
	/** PEM text of the authority that signed the servers' certificates, where the system does not know it. */
	readonly ca?: string;
};

export type AccessKeys =
	| AwsKeys
	| (() => Promise<AwsKeys>)
	/** Of the shared AWS configuration. */
	| {readonly profile: string};

export type AwsKeys = {
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
	readonly sessionToken?: string;
	/** Of temporary keys. */
	readonly expiration?: Date;
};
