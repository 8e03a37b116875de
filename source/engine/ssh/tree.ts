/** What is under a path, links followed. Paths are relative to it; its own is the empty string. */
export type Tree = {
	/** Parents before their children. Empty when the path is a file. */
	readonly folders: readonly string[];
	readonly files: readonly TreeFile[];
	readonly skipped: readonly SkippedEntry[];
};

export type TreeFile = {
	readonly relative: string;
	readonly size: number;
	/** Permission bits. */
	readonly mode: number;
};

/** Something that is no file and no folder, or cannot be copied; never an error by itself. */
export type SkippedEntry = {readonly path: string; readonly why: string};

/** The path of an entry under a root. */
export function pathUnder(root: string, relative: string): string {
	return relative === '' ? root : `${root.replace(/\/+$/, '')}/${relative}`;
}
