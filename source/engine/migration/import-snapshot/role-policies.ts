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
export const rolePolicy = (bucket: string): string =>
	JSON.stringify({
		Version: '2012-10-17',
		Statement: [
			{
				Effect: 'Allow',
				Action: ['s3:GetBucketLocation', 's3:GetObject', 's3:ListBucket'],
				Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
			},
			{
				Effect: 'Allow',
				Action: ['ec2:ModifySnapshotAttribute', 'ec2:CopySnapshot', 'ec2:RegisterImage', 'ec2:Describe*'],
				Resource: '*',
			},
		],
	});

type Statement = {readonly Effect?: string; readonly Principal?: {readonly Service?: string | readonly string[]}};

/** Whether a role may be taken on by Amazon's import. */
export function trustsImports(policy: string): boolean {
	const {Statement = []} = JSON.parse(policy) as {readonly Statement?: Statement | readonly Statement[]};
	return [Statement].flat().some(({Effect, Principal}) => {
		const services = [Principal?.Service ?? []].flat();
		return Effect === 'Allow' && services.includes('vmie.amazonaws.com');
	});
}
