import type {GuestDisk} from '../../guest/guest-disk.js';

/** Which of the paths exist, be it as links that point nowhere: how systemd marks a unit as enabled. */
export async function findLinks(disk: GuestDisk, paths: readonly string[]): Promise<readonly string[]> {
	const found = await Promise.all(
		paths.map(async path => (await disk.readLink(path)) !== undefined || (await disk.stat(path)) !== undefined),
	);
	return paths.filter((_, index) => found[index]);
}
