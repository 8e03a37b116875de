export type FstabEntry = {
	readonly device: string;
	readonly mountPoint: string;
	readonly type: string;
	readonly options: readonly string[];
	/** Counted from 1. */
	readonly line: number;
};

/** Reads the entries of an fstab; blanks in names are written `\040`. */
export function parseFstab(text: string): readonly FstabEntry[] {
	return text.split('\n').flatMap((line, index) => {
		const [device, mountPoint, type, options = 'defaults'] = line.replace(/^\s+/, '').split(/\s+/);
		if (!device || device.startsWith('#') || !mountPoint || !type) {
			return [];
		}

		return [
			{
				device: decodeOctal(device),
				mountPoint: decodeOctal(mountPoint),
				type,
				options: options.split(','),
				line: index + 1,
			},
		];
	});
}

function decodeOctal(word: string): string {
	const plain = word.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
	return plain.replace(/^(\w+=)"(.*)"$/, '$1$2');
}
