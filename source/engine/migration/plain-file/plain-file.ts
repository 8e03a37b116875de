/** An overlay as a plain file that e2fsck and debugfs can work on. */
export type PlainFile = {
	readonly file: string;
	/** `fuse`: the file is the overlay itself. `copy`: a copy of the whole disk, written back by `keep`. */
	readonly way: 'fuse' | 'copy';
	/** Makes the changes part of the overlay, and lets go of the file. */
	keep(): Promise<void>;
	/** Lets go of the file; nothing of it is needed any more. */
	release(): Promise<void>;
};
