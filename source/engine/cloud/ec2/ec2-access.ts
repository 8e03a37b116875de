/** How to reach one region of Amazon, or what speaks like it. */
export type Ec2Access = {
	/** `eu-west-1` */
	readonly region: string;
	readonly keys: AwsKeys | (() => Promise<AwsKeys>);
	/** Left out: Amazon's own. */
	readonly ec2Url?: string;
	/** Of EBS direct. Left out: Amazon's own. */
	readonly ebsUrl?: string;
};

export type AwsKeys = {
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
	readonly sessionToken?: string;
	/** Of temporary keys. */
	readonly expiration?: Date;
};
