export type EucarcValues = {
	/** By name: `EC2_ACCESS_KEY`. */
	readonly values: ReadonlyMap<string, string>;
	/** Names whose value only a shell could tell. */
	readonly unresolved: readonly string[];
};

const assignment = /^(?:export\s+)?([A-Za-z_]\w*)=/;

/**
Reads what a `.eucarc` file sets, as data: nothing of it is ever run. Known are `export NAME=value`, quotes, other names set
above (`${EUCA_KEY_DIR}`), and the ways such files have of saying "the folder I am in".

@param folder Where the file is; absolute.
*/
export function parseEucarc(text: string, folder: string, home = ''): EucarcValues {
	const values = new Map<string, string>(home === '' ? [] : [['HOME', home]]);
	const unresolved = new Set<string>();
	for (const line of joinedLines(text)) {
		let rest = line.trimStart();
		for (let match = assignment.exec(rest); match; match = assignment.exec(rest)) {
			const [whole, name = ''] = match;
			const {value, length} = readWord(rest.slice(whole.length), values, folder);
			if (value === undefined) {
				unresolved.add(name);
				values.delete(name);
			} else {
				unresolved.delete(name);
				values.set(name, value);
			}

			rest = rest.slice(whole.length + length).replace(/^[\s;]+/, '');
			// `export A=1 B=2`
		}
	}

	values.delete('HOME');
	return {values, unresolved: [...unresolved]};
}

const joinedLines = (text: string): readonly string[] =>
	text
		.replace(/^\uFEFF/, '')
		.replaceAll(/\\\r?\n/g, '')
		.split(/\r?\n/);

type Word = {readonly value: string | undefined; readonly length: number};

/** One word as a shell would see it, up to a blank, a semicolon or the end. */
function readWord(text: string, values: ReadonlyMap<string, string>, folder: string): Word {
	let value: string | undefined = '';
	let at = 0;
	let quote: '"' | "'" | '' = '';
	const add = (more: string | undefined) => {
		value = value === undefined || more === undefined ? undefined : value + more;
	};
	while (at < text.length) {
		const sign = text[at] ?? '';
		if (quote === "'" && sign !== "'") {
			add(sign);
			at += 1;
		} else if (sign === quote) {
			quote = '';
			at += 1;
		} else if (quote === '' && (sign === '"' || sign === "'")) {
			quote = sign;
			at += 1;
		} else if (quote === '' && /[\s;&|]/.test(sign)) {
			break;
		} else if (sign === '\\') {
			const next = text[at + 1] ?? '';
			add(quote === '"' && !'"\\$`'.includes(next) ? `\\${next}` : next);
			at += 2;
		} else if (sign === '$' || sign === '`') {
			const expansion = readExpansion(text.slice(at, at + longestExpansion), values, folder);
			add(expansion.value);
			at += expansion.length;
		} else {
			add(sign);
			at += 1;
		}
	}

	return {value: quote === '' ? value : undefined, length: at};
}

/** Each that is never closed would be looked for to the end of the line. */
const longestExpansion = 1024;

/** `$NAME`, `${NAME}`, `$(...)` and backquotes. */
function readExpansion(text: string, values: ReadonlyMap<string, string>, folder: string): Word {
	const [plain, bare, braced] = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/.exec(text) ?? [];
	if (plain !== undefined) {
		return {value: values.get(bare ?? braced ?? ''), length: plain.length};
	}

	const length = text.startsWith('$(') ? closedAt(text) : text.startsWith('`') ? text.indexOf('`', 1) + 1 : 0;
	if (length > 0) {
		const command = text.slice(0, length);
		// $(cd $(dirname ${BASH_SOURCE:-$0}); pwd -P), $(dirname $(readlink -f ${BASH_SOURCE})) and their like.
		const isOwnFolder = /BASH_SOURCE|\$0|\$\{0\}/.test(command) && /\bdirname\b/.test(command);
		return {value: isOwnFolder ? folder : undefined, length};
	}

	const [parameter] = /^\$\{[^}]*\}/.exec(text) ?? [];
	return parameter === undefined && /^\$(?:$|[\s;"'])/.test(text)
		? {value: '$', length: 1}
		: {value: undefined, length: parameter?.length ?? 1};
}

/** Where the parenthesis that opens at the second character is closed, or 0. */
function closedAt(text: string): number {
	let depth = 0;
	for (let at = 1; at < text.length; at += 1) {
		depth += text[at] === '(' ? 1 : text[at] === ')' ? -1 : 0;
		if (depth === 0) {
			return at + 1;
		}
	}

	return 0;
}
