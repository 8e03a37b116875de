/** A disk, or a part of one, that can only be read. */
export interface BlockSource {
	readonly sizeBytes: number;

	/**
	Reads exactly `length` bytes. What was never written reads as zeros.

	@throws {RangeError} When the range is not inside the disk, or longer than `mostReadBytes`: a fault of the caller.
	*/
	read(offset: number, length: number): Promise<Buffer>;

	close(): Promise<void>;
}

/** One read never allocates more than this. */
export const mostReadBytes = 8 * 1024 * 1024;
