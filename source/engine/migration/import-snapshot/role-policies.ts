/** Whom a role for imports must trust. */
export const trustPolicy = JSON.stringify({
	Version: '2012-10-17',
	Statement: [
		{
			Effect: 'Allow',
			Principal: {Service: 'vmie.amazonaws.com'},
			Action: 'sts:AssumeRole',
			Condition: {StringEquals: {'sts:Externalid': 'vmimport'}},
		},
	],
});

/**
What it must be allowed to do with one bucket.

@see https://docs.aws.amazon.com/vm-import/latest/userguide/required-permissions.html
*/
export const rolePolicy = (bucket: string, region: string): string =>
	JSON.stringify({
		Version: '2012-10-17',
		Statement: [
			{
				Effect: 'Allow',
				Action: ['s3:GetBucketLocation', 's3:GetObject', 's3:ListBucket'],
				Resource: ['', '/*'].map(objects => `arn:${partitionOf(region)}:s3:::${bucket}${objects}`),
			},
			{
				Effect: 'Allow',
				Action: ['ec2:ModifySnapshotAttribute', 'ec2:CopySnapshot', 'ec2:RegisterImage', 'ec2:Describe*'],
				Resource: '*',
			},
		],
	});

/** The parts of Amazon that know nothing of each other, by how the names of their regions begin. */
const partitions: ReadonlyArray<readonly [prefix: string, partition: string]> = [
	['cn-', 'aws-cn'],
	['us-gov-', 'aws-us-gov'],
	['us-isob-', 'aws-iso-b'],
	['us-isof-', 'aws-iso-f'],
	['us-iso-', 'aws-iso'],
	['eu-isoe-', 'aws-iso-e'],
	['eusc-', 'aws-eusc'],
];

/** As it stands in ARNs. */
const partitionOf = (region: string): string => partitions.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws';

type Statement = {readonly Effect?: string; readonly Principal?: {readonly Service?: string | readonly string[]}};

/** Whether a role may be taken on by Amazon's import. */
export function trustsImports(policy: string): boolean {
	const {Statement = []} = JSON.parse(policy) as {readonly Statement?: Statement | readonly Statement[]};
	return [Statement].flat().some(({Effect, Principal}) => {
		const services = [Principal?.Service ?? []].flat();
		// In some parts of Amazon, services have a longer name.
		return Effect === 'Allow' && services.some(service => /^vmie\.amazonaws\.com(?:\.|$)/.test(service));
	});
}
