import type {GuestEdit} from '../guest-disk.js';
import type {FixUp} from './fix-up.js';
import {rewrite} from './rewrite.js';
import {systemUnit} from './system-unit.js';

export const consoleArguments = 'console=tty0 console=ttyS0,115200n8';
const grubFiles = ['/boot/grub/grub.cfg', '/boot/grub2/grub.cfg', '/boot/grub/menu.lst'];

export const serialConsole: FixUp = {
	name: 'serial-console',
	what: 'Kernel messages and a login go to the serial console; the boot menu waits one second only.',
	why: 'The serial console is the only screen a cloud machine has.',
	async edits({disk}) {
		const edits: GuestEdit[] = [];
		for (const file of grubFiles) {
			edits.push(...(await rewrite(disk, file, addToGrub)));
		}

		for (const name of await disk.list('/boot/loader/entries')) {
			if (name.endsWith('.conf')) {
				edits.push(...(await rewrite(disk, `/boot/loader/entries/${name}`, addToBootEntry)));
			}
		}

		edits.push(...(await rewrite(disk, '/etc/default/grub', addToGrubDefaults)));
		const getty = await systemUnit(disk, 'serial-getty@.service');
		if (getty) {
			const path = '/etc/systemd/system/getty.target.wants/serial-getty@ttyS0.service';
			edits.push({kind: 'link', path, target: getty});
		}

		return edits;
	},
};

const addArguments = (line: string): string =>
	/\bconsole=ttyS0\b/.test(line) ? line : `${line.trimEnd()} ${consoleArguments}`;

/** Adds the console to every Linux of a grub.cfg (or menu.lst), and shortens the wait. */
export function addToGrub(text: string): string {
	return text
		.replace(/^[ \t]*(?:linux|linux16|linuxefi|kernel)[ \t].*vmlinuz.*$/gm, addArguments)
		.replace(/^([ \t]*set timeout=)(?:[2-9]|\d\d+)$/gm, '$11');
}

/** The same for an entry of the Boot Loader Specification. */
export function addToBootEntry(text: string): string {
	return text.replace(/^options[ \t].*$/gm, addArguments);
}

/** The same where the next `update-grub` looks. */
export function addToGrubDefaults(text: string): string {
	return text
		.replace(/^(GRUB_CMDLINE_LINUX=)(.*)$/gm, (line, name: string, value: string) =>
			/\bconsole=ttyS0\b/.test(line)
				? line
				: `${name}"${[unquoted(value), consoleArguments].filter(Boolean).join(' ')}"`,
		)
		.replace(/^(GRUB_TIMEOUT=)(?:[2-9]|\d\d+)$/gm, '$11');
}

function unquoted(word: string): string {
	const text = word.trimEnd();
	const [first] = text;
	const isQuoted = text.length > 1 && (first === '"' || first === "'") && text.endsWith(first);
	return isQuoted ? text.slice(1, -1) : text;
}
