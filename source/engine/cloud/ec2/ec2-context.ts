import type {EC2Client} from '@aws-sdk/client-ec2';
import type {Clock} from '../../host/clock.js';
import type {CloudTraits} from '../cloud-traits.js';
import type {Ec2Sdk, SendOptions} from './aws-calls.js';
import type {Ec2InstanceType} from './instance-types.js';

/** What the parts of the adapter share. */
export type Ec2Context = {
	/** Of the cloud, as the user named it. */
	readonly name: string;
	readonly traits: Ec2Traits;
	readonly clock: Clock;
	/** Where sshd listens on the instances. */
	readonly sshPort: number;
	/** All the region offers; kept for a while, since it is much. */
	readonly allTypes: () => Promise<readonly Ec2InstanceType[]>;
	/** One request, tried again while the fault may pass. */
	ask<Output>(
		action: string,
		send: (client: EC2Client, sdk: Ec2Sdk, options: SendOptions) => Promise<Output>,
	): Promise<Output>;
};

/** Wherein clouds that speak EC2 differ for a deployment. */
export type Ec2Traits = Pick<
	CloudTraits,
	'tagOnCreate' | 'dryRun' | 'imds' | 'tellsEna' | 'keyTypes' | 'spot' | 'stops'
>;

/** Whether the cloud answered with one of these codes. The SDK gives them as the error's name. */
export const hasCode = (error: unknown, ...codes: readonly string[]): error is Error =>
	error instanceof Error && codes.includes(error.name);
