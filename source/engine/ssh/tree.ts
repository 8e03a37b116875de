/**
What is under a path; only where that is a link itself, it is followed. Paths are relative to it, and its own is the empty string.
Names are as `nameOf` makes them.
*/
export type Tree = {
	/** Parents before their children. Empty when the path is a file. */
	readonly folders: readonly TreeEntry[];
	readonly files: readonly TreeFile[];
	readonly links: readonly TreeLink[];
	/** What cannot be read, and why. */
	readonly unreadable: readonly Remark[];
	/** What a user should know of the rest. */
	readonly remarks: readonly Remark[];
};

export type TreeEntry = {
	readonly relative: string;
	/** Permission bits. */
	readonly mode: number;
	/** In whole seconds since 1970. */
	readonly modifiedAt: number;
};

export type TreeFile = TreeEntry & {
	readonly size: number;
	/** Bytes of it that take no room, as far as is known. */
	readonly holeBytes: number;
};

export type TreeLink = {readonly relative: string; readonly target: string};

/** Something to be said of a path. The text follows it in a sentence: `is a socket and was left out`. */
export type Remark = {readonly path: string; readonly text: string};

/** Says that a file was listed and is no more. */
export const goneText = 'was gone before it was copied';

export const changedText = 'was written to while it was sent; what is there is what was read';

/** The path of an entry under a root. */
export function pathUnder(root: string, relative: string): string {
	return relative === '' ? root : `${root.replace(/(?<!\/)\/+$/, '')}/${relative}`;
}

/** Where a link leads, relative to the root of its tree; undefined when that is outside. Links on the way are not looked at. */
export function insideOf({relative, target}: TreeLink): string | undefined {
	if (target.startsWith('/')) {
		return undefined;
	}

	const parts = relative.split('/').slice(0, -1);
	for (const part of target.split('/')) {
		if (part === '..') {
			if (parts.pop() === undefined) {
				return undefined;
			}
		} else if (part !== '' && part !== '.') {
			parts.push(part);
		}
	}

	return parts.join('/');
}

/** Holes smaller than this are not worth another way of travel; file systems round what they store. */
const leastHoles = 64 * 1024;

export function holesOf(size: number, storedBlocks: number): number {
	const bytes = size - storedBlocks * 512;
	return bytes >= leastHoles ? bytes : 0;
}
