import type {FixUp} from './fix-up.js';
import {putAside} from './rewrite.js';

export const persistentNet: FixUp = {
	name: 'persistent-net',
	what: 'Names pinned to the old network card are put aside.',
	why: 'They would keep the name for a card that is not there, or give it to the wrong one.',
	async edits({disk}) {
		const rules = (await disk.list('/etc/udev/rules.d'))
			.filter(name => /persistent-net.*\.rules$/.test(name))
			.map(name => `/etc/udev/rules.d/${name}`);
		const links: string[] = [];
		for (const name of await disk.list('/etc/systemd/network')) {
			const path = `/etc/systemd/network/${name}`;
			const text = name.endsWith('.link') ? await disk.readFile(path) : undefined;
			if (text && /^[ \t]*(Permanent)?MACAddress[ \t]*=/m.test(text.toString('latin1'))) {
				links.push(path);
			}
		}

		return [...rules, ...links].flatMap(putAside);
	},
};
