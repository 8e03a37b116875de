import type {BootEntry} from './parse-grub-cfg.js';
import {stripDevice} from './strip-device.js';

/**
Reads one file of the Boot Loader Specification (`/boot/loader/entries/*.conf`).

@see https://uapi-group.org/specifications/specs/boot_loader_specification/
*/
export function parseBootLoaderEntry(
	text: string,
	id: string,
	variables: ReadonlyMap<string, string>,
): BootEntry | undefined {
	const values = new Map<string, string>();
	for (const line of text.split('\n')) {
		const [, key, value = ''] = /^([\w-]+)\s+(\S.*)?$/s.exec(line.trim()) ?? [];
		if (key && !values.has(key)) {
			values.set(key, value);
		}
	}

	const kernel = values.get('linux');
	return kernel === undefined
		? undefined
		: {
				title: values.get('title') ?? id,
				id,
				kernel: stripDevice(kernel),
				initramfs: values.get('initrd')?.split(/\s+/).map(stripDevice).at(-1),
				commandLine: (values.get('options') ?? '')
					.replaceAll(/\$(\w+)/g, (_, name: string) => variables.get(name) ?? '')
					.trim(),
			};
}
