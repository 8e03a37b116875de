import {accessSync, constants} from 'node:fs';

/** Options of a test of what only root can have: users of an instance beside root, who run sudo. `npm run test:root` runs its file. */
export const needsRoot = {skip: process.getuid?.() === 0 ? false : 'needs root'};

/** Options of a test of an export by FUSE. */
export const needsFuse = {skip: mayUse('/dev/fuse') ? false : 'needs /dev/fuse, which this user may not open'};

function mayUse(device: string): boolean {
	try {
		accessSync(device, constants.R_OK | constants.W_OK);
		return true;
	} catch {
		return false;
	}
}
