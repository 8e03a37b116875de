import {readFile} from 'node:fs/promises';

/** Mount points in a folder, or undefined where the system does not tell. Deepest first. */
export async function mountsBelow(folder: string): Promise<readonly string[]> {
	return mountPoints(await readFile('/proc/self/mountinfo', 'utf8'))
		.filter(point => point.startsWith(`${folder}/`))
		.toSorted((a, b) => b.length - a.length);
}

/** The fifth field of each line; blanks in it are written as `\040`. */
export function mountPoints(mountInfo: string): readonly string[] {
	return mountInfo
		.split('\n')
		.map(line => line.split(' ')[4])
		.filter(point => point !== undefined)
		.map(point => point.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8))));
}
