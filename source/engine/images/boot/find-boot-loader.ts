import type {GuestDisk} from '../../guest/guest-disk.js';
import {readText} from '../read-text.js';
import {parseBootLoaderEntry} from './parse-boot-loader-entry.js';
import {parseExtlinux} from './parse-extlinux.js';
import {type BootConfiguration, parseGrubCfg} from './parse-grub-cfg.js';

export type BootLoader = BootConfiguration & {
	readonly name: 'grub' | 'systemd-boot' | 'extlinux' | 'none';
	/** The file that names the kernels. */
	readonly file: string | undefined;
};

/** Finds what starts the guest's kernels: GRUB (also with entries of the Boot Loader Specification), or others. */
export async function findBootLoader(disk: GuestDisk): Promise<BootLoader> {
	for (const folder of ['/boot/grub', '/boot/grub2']) {
		const text = await readText(disk, `${folder}/grub.cfg`);
		if (text !== undefined) {
			const environment = parseEnvironment((await readText(disk, `${folder}/grubenv`)) ?? '');
			const saved = environment.get('saved_entry');
			const found = parseGrubCfg(text, saved);
			const more = /^[ \t]*blscfg\b/m.test(text) ? await readEntries(disk, environment) : [];
			const chosen = more.find(({id, title}) => id === saved || title === saved) ?? more.at(-1);
			return {
				name: 'grub',
				file: `${folder}/grub.cfg`,
				entries: [...found.entries, ...more],
				default: chosen ?? found.default,
			};
		}
	}

	for (const file of ['/boot/extlinux/extlinux.conf', '/boot/syslinux/syslinux.cfg', '/boot/extlinux.conf']) {
		const text = await readText(disk, file);
		if (text !== undefined) {
			return {name: 'extlinux', file, ...parseExtlinux(text, file.slice(0, file.lastIndexOf('/')))};
		}
	}

	const entries = await readEntries(disk, new Map());
	return {
		name: entries.length > 0 ? 'systemd-boot' : 'none',
		file: entries.length > 0 ? '/boot/loader/entries' : undefined,
		entries,
		default: entries.at(-1),
	};
}

/** In the order of their names, which puts the newest last. */
async function readEntries(disk: GuestDisk, variables: ReadonlyMap<string, string>) {
	const names = (await disk.list('/boot/loader/entries')).filter(name => name.endsWith('.conf'));
	const sorted = names.toSorted((a, b) => a.localeCompare(b, 'en', {numeric: true})).slice(-64);
	const texts = await Promise.all(
		sorted.map(async name => {
			const text = await readText(disk, `/boot/loader/entries/${name}`);
			return text === undefined ? undefined : parseBootLoaderEntry(text, name.replace(/\.conf$/, ''), variables);
		}),
	);
	return texts.filter(entry => entry !== undefined);
}

function parseEnvironment(text: string): ReadonlyMap<string, string> {
	const pairs = text.split('\n').flatMap(line => {
		const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
		return name === undefined || value === undefined ? [] : [[name, value] as const];
	});
	return new Map(pairs);
}
