import type {GuestDisk} from '../guest/guest-disk.js';

/** No line that means something to us is longer; a kernel takes at most so much on its command line. */
const longestLine = 4096;

/**
The first MiB of a file as text, the rest of overlong lines left out; undefined when it is not there. A damaged file may be
one line of zeros, over which a regular expression could think for hours.
*/
export async function readText(
	disk: GuestDisk,
	path: string,
	{mostBytes = 1024 * 1024} = {},
): Promise<string | undefined> {
	const text = (await disk.readFile(path, mostBytes))?.toString('utf8');
	return text
		?.split('\n')
		.map(line => line.slice(0, longestLine))
		.join('\n');
}
