import {isInstanceId} from './describe-instances.js';
import {hasCode} from './ec2-context.js';

/** Gone, or not yet in a state from which it can be changed: what it is now, another question tells. */
const notNow = ['IncorrectInstanceState', 'InvalidInstanceID.NotFound', 'InvalidInstanceID.Malformed'];

/**
Changes instances one by one: Amazon changes all of a request or none. What cannot be changed now stays as it is.

@throws What `told` makes of any other answer.
*/
export async function eachByItself(
	instanceIds: readonly string[],
	change: (id: string) => Promise<unknown>,
	told: (error: unknown, id: string) => unknown,
): Promise<void> {
	for (const id of instanceIds.filter(isInstanceId)) {
		try {
			await change(id);
		} catch (error) {
			if (!hasCode(error, ...notNow)) {
				throw told(error, id);
			}
		}
	}
}
