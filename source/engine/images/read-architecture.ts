import type {GuestDisk} from '../guest/guest-disk.js';
import type {ImageReport} from './image-report.js';

const machines: Readonly<Record<number, ImageReport['architecture']>> = {3: 'i386', 62: 'x86_64', 183: 'arm64'};
const programs = ['/bin/sh', '/lib/systemd/systemd', '/usr/lib/systemd/systemd', '/usr/bin/env', '/sbin/init'];

/** Tells the architecture of a guest by the ELF header of a program every system has. */
export async function readArchitecture(disk: GuestDisk): Promise<ImageReport['architecture']> {
	for (const program of programs) {
		const header = await disk.readFile(program, 64);
		const isElf = header !== undefined && header.length >= 20 && header.toString('latin1', 0, 4) === '\x7fELF';
		const architecture = isElf ? machines[header.readUInt16LE(18)] : undefined;
		if (architecture) {
			return architecture;
		}
	}

	return 'unknown';
}
