/** A part of a disk that holds data, and where it lies. */
export type DiskExtent = {
	/** On the disk, in bytes. */
	readonly start: number;
	readonly length: number;
	/** In the file, in bytes. */
	readonly offset: number;
	/** Which file: 0 is the disk's own, 1 the one behind it. */
	readonly depth: number;
};

type MapEntry = {
	readonly start: number;
	readonly length: number;
	readonly depth: number;
	readonly zero: boolean;
	readonly data: boolean;
	readonly offset?: number;
};

/** Reads what `qemu-img map --output=json` prints. */
export function parseMap(output: string): readonly DiskExtent[] {
	const entries = JSON.parse(output) as readonly MapEntry[];
	return entries.flatMap(({start, length, depth, zero, data, offset}) => {
		if (zero || !data) {
			return [];
		}

		if (offset === undefined) {
			throw new Error(`The disk is compressed at ${start}; ours never are.`);
		}

		return [{start, length, depth, offset}];
	});
}
