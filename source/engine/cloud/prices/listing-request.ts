import type {Clock} from '../../host/clock.js';
import type {Patience} from '../ec2/call-patiently.js';
import type {Ec2Access} from '../ec2/ec2-access.js';

/** How a service of Amazon's beside EC2 is asked. */
export type ListingRequest = {
	readonly access: Ec2Access;
	/** Left out: Amazon's own. */
	readonly endpoint?: string;
	readonly clock: Clock;
	readonly signal: AbortSignal;
	readonly patience?: Partial<Patience>;
};
