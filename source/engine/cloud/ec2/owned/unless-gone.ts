import {hasCode} from '../ec2-context.js';

/** Takes something away; to be answered with one of these codes is success: it is gone, or need not go any more. */
export async function unlessGone(codes: readonly string[], remove: () => Promise<unknown>): Promise<void> {
	try {
		await remove();
	} catch (error) {
		if (!hasCode(error, ...codes)) {
			throw error;
		}
	}
}
