/** What a cloud says of a credential. */
export type CredentialReport = {
	/** Whom the keys belong to. Undefined where the cloud does not tell. */
	readonly owner: KeyOwner | undefined;
	readonly rights: readonly RightFinding[];
	/** What else the user should know, in sentences. */
	readonly remarks: readonly string[];
};

export type KeyOwner = {
	/** 12 digits. */
	readonly account: string;
	/** `arn:aws:iam::123456789012:user/ada`; empty where the cloud does not tell. */
	readonly arn: string;
};

export type RightFinding = {
	/** As policies name it: `ec2:RunInstances`. */
	readonly right: string;
	/** `untold`: it cannot be seen without doing it. */
	readonly state: 'allowed' | 'missing' | 'untold';
	/** What does not work without it: `starting instances`. */
	readonly for: string;
};
