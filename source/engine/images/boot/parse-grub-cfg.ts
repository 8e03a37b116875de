import {stripDevice} from './strip-device.js';

/** One way to start a system, as a boot loader's configuration describes it. */
export type BootEntry = {
	readonly title: string;
	/** `--id` or `$menuentry_id_option`, or the file the entry stands in. */
	readonly id: string | undefined;
	/** As written, without a device in front: `/boot/vmlinuz-6.1.0-37-amd64`. */
	readonly kernel: string;
	readonly initramfs: string | undefined;
	/** Without `BOOT_IMAGE`. */
	readonly commandLine: string;
};

export type BootConfiguration = {
	readonly entries: readonly BootEntry[];
	/** The one that starts by itself; undefined when there is none, or it is not there. */
	readonly default: BootEntry | undefined;
};

type Node = {readonly title: string; readonly id: string | undefined; readonly children: Node[]; entry?: BootEntry};

/** Menus that people write have two levels; what a damaged file opens deeper is read as if it stood at the last. */
const mostLevels = 32;

/**
Reads what `grub-mkconfig` writes: menu entries, submenus and the default. Scripts people write by hand are understood as
far as they look the same.

@param saved `saved_entry` of the environment block, for `GRUB_DEFAULT=saved`.
*/
export function parseGrubCfg(text: string, saved: string | undefined): BootConfiguration {
	const top: Node = {title: '', id: undefined, children: []};
	const open: Node[] = [top];
	const variables = new Map<string, string>();
	let wanted = '0';
	// A brace that ends an `if` or a function is alone on its line too, so all that open one are counted.
	const braces: boolean[] = [];
	for (const line of text.split('\n')) {
		const words = splitWords(line.trim());
		const [command] = words;
		const node = open.at(-1) ?? top;
		if (command === 'menuentry' || command === 'submenu') {
			const child: Node = {title: words[1] ?? '', id: findId(words), children: []};
			node.children.push(child);
			const isTooDeep = open.length > mostLevels;
			open.push(...(isTooDeep ? [] : [child]));
			braces.push(!isTooDeep);
		} else if (command === 'function' || line.trim() === '{') {
			braces.push(false);
		} else if (command === '}') {
			if (braces.pop()) {
				open.pop();
			}
		} else if (command === 'set' && words[1]?.startsWith('default=')) {
			wanted = choose(words[1].slice('default='.length), saved) ?? wanted;
		} else if (command === 'set' && words[1]?.includes('=')) {
			const [name = '', ...value] = words[1].split('=');
			variables.set(name, value.join('='));
		} else if (command === 'linux' || command === 'linux16' || command === 'linuxefi') {
			const [, kernel = '', ...options] = words.map(word => expand(word, variables));
			node.entry = {
				title: node.title,
				id: node.id,
				kernel: stripDevice(kernel),
				initramfs: undefined,
				commandLine: options.filter(option => !option.startsWith('BOOT_IMAGE=')).join(' '),
			};
		} else if (command?.startsWith('initrd') && node.entry && words.length > 1) {
			// Several may be named, early microcode first.
			node.entry = {...node.entry, initramfs: stripDevice(expand(words.at(-1) ?? '', variables))};
		}
	}

	return {entries: flatten(top), default: follow(top, wanted)};
}

/** What a `set default=` means; undefined when it only hands on a variable we do not know. */
function choose(value: string, saved: string | undefined): string | undefined {
	if (value === `\${saved_entry}` || value === '$saved_entry') {
		return saved;
	}

	return value.includes('$') || value === '' ? undefined : value;
}

/** `1>2`, a title or an id, level by level; a submenu stands for its first entry. */
function follow(top: Node, wanted: string): BootEntry | undefined {
	let node: Node | undefined = top;
	for (const step of wanted.split('>')) {
		const children: Node[] = node?.children ?? [];
		node = children.find(({id, title}) => id === step || title === step);
		if (node === undefined && /^\d+$/.test(step)) {
			node = children[Number(step)];
		}
	}

	// GRUB takes the first entry when the default is not there.
	for (let current = node ?? top.children[0]; current; current = current.children[0]) {
		if (current.entry) {
			return current.entry;
		}
	}

	return undefined;
}

function flatten(node: Node): readonly BootEntry[] {
	return [...(node.entry ? [node.entry] : []), ...node.children.flatMap(flatten)];
}

function findId(words: readonly string[]): string | undefined {
	const index = words.findIndex(word => word === '--id' || word === '$menuentry_id_option');
	return index === -1 ? undefined : words[index + 1];
}

function expand(word: string, variables: ReadonlyMap<string, string>): string {
	return word.replaceAll(/\$\{?(\w+)\}?/g, (whole, name: string) => variables.get(name) ?? whole);
}

/** Splits as a shell does, quotes taken away. */
function splitWords(line: string): string[] {
	if (line.startsWith('#')) {
		return [];
	}

	const words = line.match(/(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\])+/g) ?? [];
	return words.map(word =>
		word.replaceAll(
			/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/g,
			(_, single, double, escaped) => single ?? double ?? escaped,
		),
	);
}
