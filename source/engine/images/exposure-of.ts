import {whoMayChange} from '../host/file-identity.js';
import {isMissing} from '../host/is-missing.js';

/**
Says in two sentences, where others may change a VDI, what that means and what to do; undefined where nobody can, or where
it is not there.
*/
export async function exposureOf(file: string): Promise<string | undefined> {
	try {
		const who = await whoMayChange(file);
		return who === undefined
			? undefined
			: `The disk can be changed by others: ${who}. Keep it in a folder of your own, or take their right away (chmod go-w), for they decide what its instances run as root.`;
	} catch (error) {
		if (isMissing(error)) {
			return undefined;
		}

		throw error;
	}
}
