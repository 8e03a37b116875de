import {posix} from 'node:path';

/** Folders whose every file is read by some program, whatever its name ends with. */
const wholeFolders = ['/etc/network/interfaces.d', '/etc/NetworkManager/system-connections'];

/** Where the original of a file is kept in the guest. */
export function savedAs(path: string): string {
	return wholeFolders.includes(posix.dirname(path)) ? `/var/lib/d2cm/saved${path}` : `${path}.d2c.save`;
}
