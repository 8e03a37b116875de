import type {CloudTraits} from '../cloud/cloud-traits.js';
import type {AwsCalls} from '../cloud/ec2/aws-calls.js';
import type {Ec2Access} from '../cloud/ec2/ec2-access.js';
import {CloudUnreachableError} from '../cloud/ec2/errors/cloud-unreachable-error.js';
import {NotAllowedError} from '../cloud/ec2/errors/not-allowed-error.js';
import {isShaped, mustBeShaped} from '../cloud/ec2/shapes.js';
import {AppError} from '../errors/app-error.js';
import {isAmazonAddress} from './amazon-address.js';
import type {KeyOwner} from './credential-report.js';

export type Asked = {
	readonly access: Ec2Access & {readonly traits: CloudTraits};
	readonly calls: AwsCalls;
	readonly signal: AbortSignal;
};

type FoundOwner = {readonly owner: KeyOwner | undefined; readonly remarks: readonly string[]};

/** Whom the keys belong to: by STS where there is one, else by whose the default security group is. */
export async function findOwner(asked: Asked): Promise<FoundOwner> {
	if (!hasSts(asked.access)) {
		return {owner: await ownerOfGroup(asked), remarks: []};
	}

	const {calls, signal} = asked;
	try {
		const {Account = '', Arn = ''} = await calls.sts(
			'GetCallerIdentity',
			async (client, sdk, options) => client.send(new sdk.GetCallerIdentityCommand({}), options),
			signal,
		);
		return {
			owner: {account: mustBeShaped('account', Account), arn: Arn.replace(/[^ -~]/g, '?').slice(0, 2048)},
			remarks: [],
		};
	} catch (error) {
		if (error instanceof CloudUnreachableError || error instanceof NotAllowedError) {
			return {
				owner: await ownerOfGroup(asked),
				remarks: [`STS does not tell whom the keys belong to: ${error.message}`],
			};
		}

		throw error;
	}
}

/** Keys for another server are nothing to ask Amazon about. */
const hasSts = ({traits, stsUrl, ec2Url}: Asked['access']): boolean =>
	stsUrl !== undefined || (traits.sts && (ec2Url === undefined || isAmazonAddress(ec2Url)));

async function ownerOfGroup({calls, signal}: Asked): Promise<KeyOwner | undefined> {
	try {
		const {SecurityGroups = []} = await calls.ec2(
			'DescribeSecurityGroups',
			async (client, sdk, options) => client.send(new sdk.DescribeSecurityGroupsCommand({}), options),
			signal,
		);
		const account = SecurityGroups.find(({OwnerId}) => isShaped('account', OwnerId))?.OwnerId;
		return account === undefined ? undefined : {account, arn: ''};
	} catch (error) {
		if (error instanceof NotAllowedError || !(error instanceof AppError)) {
			return undefined;
		}

		throw error;
	}
}
