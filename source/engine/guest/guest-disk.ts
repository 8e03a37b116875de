/** Files inside an image. Readers and writers join for each file system; ext2/3/4 is the first. */
export interface GuestDisk {
	/** `ext4` */
	readonly fileSystem: string;
	readonly uuid: string;

	/** What stands at an absolute path, or undefined. Follows symbolic links inside the guest. */
	stat(path: string): Promise<GuestStat | undefined>;

	/** At most `mostBytes` (default 1 MiB) of a file; undefined when it is not there or not a regular file. */
	readFile(path: string, mostBytes?: number): Promise<Buffer | undefined>;

	/** Reads a file in chunks, in order; for kernels and initramfs. */
	readChunks(path: string): AsyncIterable<Buffer>;

	/** Names in a folder, without `.` and `..`; empty when there is no such folder. */
	list(path: string): Promise<readonly string[]>;

	/** Where a symbolic link points, as written; undefined when it is none. */
	readLink(path: string): Promise<string | undefined>;
}

export type GuestStat = {
	/** Its number in the file system it lies in. */
	readonly inode: number;
	readonly kind: 'file' | 'folder' | 'link' | 'other';
	/** Permission bits, e.g. 0o755. */
	readonly mode: number;
	readonly uid: number;
	readonly gid: number;
	readonly size: number;
};

/** One change to the files of a guest. Applied in order; each may be repeated without harm. */
export type GuestEdit =
	| {readonly kind: 'write'; readonly path: string; readonly content: string; readonly mode?: number}
	/** Copies a file aside once; a copy that is already there is kept. */
	| {readonly kind: 'save'; readonly path: string; readonly as: string}
	| {readonly kind: 'link'; readonly path: string; readonly target: string}
	| {readonly kind: 'folder'; readonly path: string; readonly mode?: number}
	| {readonly kind: 'remove'; readonly path: string};
