/** One partition of a disk, in bytes; both are multiples of 512. */
export type Part = {readonly startBytes: number; readonly sizeBytes: number};

/**
One partition of an overlay as a plain file that e2fsck and debugfs can work on. A place inside a larger file (`FILE?offset=N`) will
not do: once e2fsck has replayed a journal it opens the file again, without the offset.
*/
export type PlainFile = {
	readonly file: string;
	/** `fuse`: the file is the overlay itself. `copy`: a copy of the partition, written back by `keep`. */
	readonly way: 'fuse' | 'copy';
	/** Makes the changes part of the overlay, and lets go of the file. */
	keep(): Promise<void>;
	/** Lets go of the file; nothing of it is needed any more. */
	release(): Promise<void>;
};
