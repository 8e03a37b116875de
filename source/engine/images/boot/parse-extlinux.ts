import type {BootConfiguration, BootEntry} from './parse-grub-cfg.js';

/** Reads `extlinux.conf` (and `syslinux.cfg`, which looks the same). Paths are made absolute from its own folder. */
export function parseExtlinux(text: string, folder: string): BootConfiguration {
	const entries: BootEntry[] = [];
	let wanted: string | undefined;
	const last = () => entries.at(-1);
	const absolute = (path: string) => (path.startsWith('/') ? path : `${folder}/${path}`);
	const amend = (change: Partial<BootEntry>) => {
		const entry = entries.pop();
		if (entry) {
			entries.push({...entry, ...change});
		}
	};

	for (const line of text.split('\n')) {
		const [key = ''] = /^\S+/.exec(line.trim()) ?? [];
		const value = line.trim().slice(key.length).trim();
		switch (key.toLowerCase()) {
			case 'default':
				wanted = value;
				break;
			case 'label':
				entries.push({title: value, id: value, kernel: '', initramfs: undefined, commandLine: ''});
				break;
			case 'linux':
			case 'kernel':
				amend({kernel: absolute(value)});
				break;
			case 'initrd':
				amend({initramfs: absolute(value)});
				break;
			case 'append':
				amend({
					commandLine: value.replace(/\binitrd=\S+\s*/, ''),
					initramfs: absoluteOr(/\binitrd=(\S+)/.exec(value)?.[1], absolute) ?? last()?.initramfs,
				});
				break;
			default:
		}
	}

	const usable = entries.filter(({kernel}) => kernel !== '');
	return {entries: usable, default: usable.find(({id}) => id === wanted) ?? usable[0]};
}

function absoluteOr(path: string | undefined, absolute: (path: string) => string): string | undefined {
	return path === undefined ? undefined : absolute(path);
}
