/** A disk as the file that is uploaded, made while it is read. */
export type DiskStream = {
	/** As ImportSnapshot names it. */
	readonly format: 'VMDK' | 'RAW';
	/** The size of the file, or the most that it can be. */
	readonly mostBytes: number;
	readonly isExact: boolean;
	/** What of the disk is read for it. */
	readonly dataBytes: number;
	/** From its beginning, each time the same. `onRead` is told how much of `dataBytes` is in what comes next and before. */
	open(onRead: (dataBytes: number) => void): AsyncIterable<Buffer>;
};
