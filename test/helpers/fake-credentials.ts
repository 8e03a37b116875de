import type {AwsProfile} from '../../source/engine/credentials/aws-profiles.js';
import type {CredentialProblem} from '../../source/engine/credentials/credential-problem.js';
import type {CredentialReport} from '../../source/engine/credentials/credential-report.js';

export const fakeProfiles: readonly AwsProfile[] = [
	{name: 'default', source: 'keys', region: 'eu-west-1', file: '/home/ada/.aws/credentials'},
	{name: 'single', source: 'sso', region: '', file: ''},
];

export const fakeProblems: readonly CredentialProblem[] = [
	{
		kind: 'warning',
		message: '/home/ada/key.pem can be read by everybody on this machine.',
		hint: 'Run: chmod 600 /home/ada/key.pem',
	},
];

export const fakeCredentialReport: CredentialReport = {
	owner: {account: '123456789012', arn: 'arn:aws:iam::123456789012:user/ada'},
	rights: [
		{right: 'ec2:DescribeRegions', state: 'allowed', for: 'choosing a region'},
		{right: 'ec2:RunInstances', state: 'missing', for: 'starting instances'},
		{right: 'ec2:TerminateInstances', state: 'allowed', for: 'ending instances, which would go on costing money'},
		{right: 'ebs:StartSnapshot', state: 'untold', for: 'migrating by EBS direct'},
	],
	remarks: ['The object store cannot be used: sci.example.org does not know the access key.'],
};
