import {accessSync, constants, existsSync} from 'node:fs';

/** Options of a test of what only root can have: users of an instance beside root, who run sudo. `npm run test:root` runs its file. */
export const needsRoot = {skip: process.getuid?.() === 0 ? false : 'needs root'};

/** Options of a test of an export by FUSE. */
export const needsFuse = {skip: mayUse('/dev/fuse') ? false : 'needs /dev/fuse, which this user may not open'};

/** Options of a test on a real exFAT. */
export const needsExfat = {
	skip:
		process.getuid?.() === 0 && ['mkfs.exfat', 'mount.exfat-fuse'].every(name => existsSync(`/usr/sbin/${name}`))
			? false
			: 'needs root, and the packages exfatprogs and exfat-fuse',
};

/** Options of a test of a machine that offers KVM. */
export const needsKvm = {skip: mayUse('/dev/kvm') ? false : 'needs /dev/kvm, which this user may not open'};

function mayUse(device: string): boolean {
	try {
		accessSync(device, constants.R_OK | constants.W_OK);
		return true;
	} catch {
		return false;
	}
}
