import type {GuestDisk} from '../guest-disk.js';

const folders = ['/lib/systemd/system', '/usr/lib/systemd/system', '/etc/systemd/system'];

/** Where a systemd unit lies in the guest; undefined when it has none of that name. */
export async function systemUnit(disk: GuestDisk, name: string): Promise<string | undefined> {
	for (const folder of folders) {
		if ((await disk.stat(`${folder}/${name}`))?.kind === 'file') {
			return `${folder}/${name}`;
		}
	}

	return undefined;
}
