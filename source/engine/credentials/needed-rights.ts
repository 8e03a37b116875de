import type {CloudTraits} from '../cloud/cloud-traits.js';
import type {AwsCalls} from '../cloud/ec2/aws-calls.js';
import {changingTries} from './changing-tries.js';
import {readingTries} from './reading-tries.js';

/** How a right is tried without any effect. */
export type RightTry = {
	/** As policies name it: `ec2:RunInstances`. */
	readonly right: string;
	/** What does not work without it. */
	readonly for: string;
	/** Left out where there is no way to try it. An answer, and one that names what we made up as not found, says yes. */
	readonly ask?: (trial: Trial) => Promise<unknown>;
};

export type Trial = {
	readonly calls: AwsCalls;
	readonly signal: AbortSignal;
	/** An AMI that exists, for requests that look it up. */
	readonly imageId: string;
	/** Sent along where the cloud keeps to it. */
	readonly dryRun: {readonly DryRun: true} | Record<string, never>;
};

/** Every right that migrations and deployments on this kind of cloud need. */
export function neededRights({dryRun, migrationWays}: CloudTraits): readonly RightTry[] {
	const {ec2, ebsDirect, importing} = changingTries;
	const changing = [
		...ec2,
		...(migrationWays.includes('ebs-direct') ? ebsDirect : []),
		...(migrationWays.includes('import-snapshot') ? importing : []),
	];
	// Where it is not sure that a dry run stays dry, nothing is asked that would change something.
	return [...readingTries, ...(dryRun ? changing : changing.map(({right, for: purpose}) => ({right, for: purpose})))];
}
