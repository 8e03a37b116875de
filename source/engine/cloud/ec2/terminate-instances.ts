import {NotOursError} from '../answer-errors.js';
import {tagNames} from '../cloud.js';
import {isInstanceId} from './describe-instances.js';
import {type Ec2Context, hasCode} from './ec2-context.js';
import {NotAllowedError} from './errors/not-allowed-error.js';
import {refusal} from './refusal.js';
import {removeOurs} from './remove-ours.js';

const mostAtOnce = 100;
const unknown = ['InvalidInstanceID.NotFound', 'InvalidInstanceID.Malformed'];

/**
Asks for the end of instances. One that is not known, or may not be ended, keeps the cloud from ending others of the same request:
then each by itself.

@throws What the cloud says of those that may not be ended, or that they are not ours, once all others are.
*/
export async function terminateInstances(
	context: Ec2Context,
	instanceIds: readonly string[],
	whose: Whose,
): Promise<void> {
	const ids = [...new Set(instanceIds)].filter(isInstanceId);
	const refusals: unknown[] = [];
	for (let from = 0; from < ids.length; from += mostAtOnce) {
		const chunk = ids.slice(from, from + mostAtOnce);
		const problem = await terminate(context, chunk, whose);
		if (problem && chunk.length > 1) {
			for (const id of chunk) {
				refusals.push(await terminate(context, [id], whose));
			}
		} else {
			refusals.push(problem);
		}
	}

	const refused = refusals.find(problem => problem !== undefined && !hasCode(problem, ...unknown));
	if (refused !== undefined) {
		throw refusal(refused) ?? refused;
	}
}

type Whose = {
	/** Left out: of any. */
	readonly installation: string | undefined;
};

/** @returns What it says where it has ended none, or not all. */
async function terminate({ask}: Ec2Context, ids: readonly string[], {installation}: Whose): Promise<unknown> {
	try {
		await removeOurs(ask, {
			kind: 'instance',
			ids,
			isOurs: ({tags: {[tagNames.installation]: maker}}) =>
				maker !== undefined && (installation === undefined || maker === installation),
			// A new one may not be shown yet, though the reservation has told its id.
			isRecorded: true,
		});
		return undefined;
	} catch (error) {
		if (
			error instanceof NotAllowedError ||
			error instanceof NotOursError ||
			hasCode(error, ...unknown) ||
			refusal(error)
		) {
			return error;
		}

		throw error;
	}
}
