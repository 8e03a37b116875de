import type {CloudTraits} from '../cloud/cloud-traits.js';
import {createAwsCalls, placeOf} from '../cloud/ec2/aws-calls.js';
import type {Patience} from '../cloud/ec2/call-patiently.js';
import type {Ec2Access} from '../cloud/ec2/ec2-access.js';
import {NoCloudThereError} from '../cloud/ec2/errors/no-cloud-there-error.js';
import {NotAllowedError} from '../cloud/ec2/errors/not-allowed-error.js';
import {AppError} from '../errors/app-error.js';
import type {Clock} from '../host/clock.js';
import {systemClock} from '../host/system-clock.js';
import type {CredentialReport, RightFinding} from './credential-report.js';
import {explainRefusal} from './explain-refusal.js';
import {findImage} from './find-image.js';
import {type Asked, findOwner} from './find-owner.js';
import {neededRights, type RightTry, type Trial} from './needed-rights.js';
import {tryObjectStore} from './try-object-store.js';

export type CredentialTest = {
	readonly access: Ec2Access & {readonly traits: CloudTraits};
	readonly clock?: Clock;
	readonly signal?: AbortSignal;
	readonly patience?: Partial<Patience>;
};

/** Somebody waits for the answer. */
const shortPatience: Partial<Patience> = {mostAttempts: 3, attemptTimeoutMs: 15_000, mostPauseMs: 2000};

/**
Asks a cloud whom keys belong to, and what they may do of all that we need. Nothing is changed there.

@throws {AppError} Where the cloud cannot be asked at all: wrong keys, a wrong clock, no network, another server.
*/
export async function testCredential({
	access,
	clock = systemClock,
	signal = new AbortController().signal,
	patience = {},
}: CredentialTest): Promise<CredentialReport> {
	const calls = createAwsCalls(access, clock, {...shortPatience, ...patience});
	const asked = {access, calls, signal};
	try {
		const reached = await reach(asked);
		const {owner, remarks} = await findOwner(asked);
		const imageId = await findImage(calls, signal);
		const dryRun = access.traits.dryRun ? ({DryRun: true} as const) : {};
		const trial: Trial = {calls, signal, imageId, dryRun};
		const [rights, ofStore] = await Promise.all([
			Promise.all(neededRights(access.traits).map(async right => tryRight(right, trial))),
			tryObjectStore({access, clock}),
		]);
		return {owner, rights: [reached, ...rights], remarks: [...remarks, ...ofStore]};
	} catch (error) {
		throw explainRefusal(error, access);
	} finally {
		calls.close();
	}
}

/** The first request: whether this is a cloud at all, and takes the keys. */
async function reach({access, calls, signal}: Asked): Promise<RightFinding> {
	const right = {right: 'ec2:DescribeRegions', for: 'choosing a region'};
	try {
		const {Regions = []} = await calls.ec2(
			'DescribeRegions',
			async (client, sdk, options) => client.send(new sdk.DescribeRegionsCommand({}), options),
			signal,
		);
		if (Regions.length === 0) {
			// The SDK finds nothing wrong with any page that is answered.
			throw new NoCloudThereError(placeOf(access));
		}

		return {...right, state: 'allowed'};
	} catch (error) {
		if (error instanceof NotAllowedError) {
			return {...right, state: 'missing'};
		}

		throw error;
	}
}

async function tryRight({right, for: purpose, ask}: RightTry, trial: Trial): Promise<RightFinding> {
	const finding = (state: RightFinding['state']): RightFinding => ({right, state, for: purpose});
	if (!ask) {
		return finding('untold');
	}

	try {
		await ask(trial);
		return finding('allowed');
	} catch (error) {
		if (error instanceof NotAllowedError) {
			return finding('missing');
		}

		// One request without an answer says nothing of the others.
		return finding(!(error instanceof AppError) && saysYes(error as Error) ? 'allowed' : 'untold');
	}
}

/** Clouds look at rights before they look whether a thing exists: they would give away what others have. */
const saysYes = ({name}: Error): boolean =>
	name === 'DryRunOperation' || /NotFound$|^ResourceNotFoundException$/.test(name);
