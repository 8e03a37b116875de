/** A disk as an upload sees it: in blocks of 512 KiB, of which it knows those that may hold something. */
export interface SnapshotDisk {
	/** Of the disk as the guest sees it. */
	readonly sizeBytes: number;

	/** Numbers of the blocks that may hold anything but zeros, ascending, each once. */
	allocated(): AsyncIterable<number> | Iterable<number>;

	/** One whole block, filled up with zeros where the disk ends in it. */
	readBlock(index: number): Promise<Buffer>;

	close(): Promise<void>;
}

/** Amazon's, for EBS direct. */
export const snapshotBlockBytes = 524_288;
