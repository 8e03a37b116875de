import type {GuestDisk} from '../guest-disk.js';

const folder = '/etc/systemd/system';

/** The links by which units were enabled, as paths: `/etc/systemd/system/multi-user.target.wants/ssh.service`. */
export async function wantedUnits(disk: GuestDisk): Promise<readonly string[]> {
	const targets = (await disk.list(folder)).filter(name => name.endsWith('.wants') || name.endsWith('.requires'));
	const links = await Promise.all(
		targets.map(async target => (await disk.list(`${folder}/${target}`)).map(name => `${folder}/${target}/${name}`)),
	);
	return links.flat();
}
