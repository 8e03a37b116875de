import type {GuestDisk} from '../../guest/guest-disk.js';

/** The first MiB of a file as text; undefined when it is not there. */
export async function readText(disk: GuestDisk, path: string): Promise<string | undefined> {
	return (await disk.readFile(path))?.toString('utf8');
}
