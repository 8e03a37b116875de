import {hasCode} from '../ec2-context.js';

/** What is there; where a cloud has no such question, it has no such things. */
export async function unlessUnknown<Item>(find: () => Promise<readonly Item[] | undefined>): Promise<readonly Item[]> {
	try {
		return (await find()) ?? [];
	} catch (error) {
		if (hasCode(error, 'InvalidAction', 'UnsupportedOperation')) {
			return [];
		}

		throw error;
	}
}
