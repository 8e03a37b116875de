import type {GuestDisk} from '../guest/guest-disk.js';
import type {ImageReport} from './image-report.js';
import {readText} from './read-text.js';

/** Reads which system a file system holds; undefined when it is not the root of a Linux. */
export async function readOsRelease(disk: GuestDisk): Promise<ImageReport['os'] | undefined> {
	for (const file of ['/etc/os-release', '/usr/lib/os-release']) {
		const text = await readText(disk, file);
		if (text !== undefined) {
			return parseOsRelease(text);
		}
	}

	// Systems older than os-release.
	const debian = (await readText(disk, '/etc/debian_version'))?.trim();
	if (debian !== undefined) {
		return {id: 'debian', name: `Debian ${debian}`, version: debian};
	}

	const redHat = (await readText(disk, '/etc/redhat-release'))?.trim();
	return redHat === undefined ? undefined : {id: 'redhat', name: redHat, version: /\d[\d.]*/.exec(redHat)?.[0] ?? ''};
}

/** @see https://www.freedesktop.org/software/systemd/man/latest/os-release.html */
export function parseOsRelease(text: string): ImageReport['os'] {
	const values = new Map(
		text.split('\n').flatMap(line => {
			const [, name, value] = /^([A-Z_0-9]+)=(.*)$/.exec(line.trimEnd()) ?? [];
			return name === undefined || value === undefined
				? []
				: [[name, value.replace(/^(["'])(.*)\1$/, '$2').replaceAll(/\\([\\"$`])/g, '$1')] as const];
		}),
	);
	const name = values.get('PRETTY_NAME') ?? values.get('NAME') ?? 'Linux';
	return {id: values.get('ID') ?? 'linux', name, version: values.get('VERSION_ID') ?? ''};
}
