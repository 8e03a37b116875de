import {bytesOf} from '../host/byte-names.js';
import type {Connection} from './connection.js';
import {runRemoteCommand} from './run-remote-command.js';
import {shellQuote} from './shell-quote.js';
import {holesOf} from './tree.js';

/** Bytes of a file that are stored, from `start` to before `end`; what lies between two of them is a hole. */
export type DataRange = {readonly start: number; readonly end: number};

/** Where a file has holes: its data, or undefined where the instance cannot say. */
export type Holes = {readonly data: readonly DataRange[] | undefined};

/** Smaller files have no holes worth a question. */
const leastBytes = 64 * 1024;
const filesPerCommand = 5000;
/** Of an archive: its map of so many holes that the rest of them does not matter. */
const mostMapBytes = 256 * 1024;

/** Finds the files with holes, by one question for all, and asks where they are. Where an instance cannot tell, there are none. */
export async function remoteHoles(
	connection: Connection,
	files: ReadonlyArray<{readonly path: string; readonly size: number}>,
	signal?: AbortSignal,
): Promise<ReadonlyMap<string, Holes>> {
	const large = files.filter(({size}) => size >= leastBytes);
	const sizes = new Map(large.map(({path, size}) => [path, size]));
	const holes = new Map<string, Holes>();
	for (let start = 0; start < large.length; start += filesPerCommand) {
		const batch = large.slice(start, start + filesPerCommand);
		const {stdout} = await runRemoteCommand(connection, "xargs -0 -r stat --printf '%b %n\\0' -- 2>/dev/null", {
			input: batch.map(({path}) => `${path}\0`).join(''),
			namesInOutput: true,
			...(signal && {signal}),
		});
		for (const line of stdout.split('\0')) {
			const [, blocks, path = ''] = /^(\d+) (.+)$/s.exec(line) ?? [];
			const size = sizes.get(path) ?? 0;
			if (blocks !== undefined && holesOf(size, Number(blocks)) > 0) {
				holes.set(path, {data: await dataOf(connection, path, size, signal)});
			}
		}
	}

	return holes;
}

/** GNU tar writes the map of a file with holes before its content, which is not waited for. */
async function dataOf(
	connection: Connection,
	path: string,
	size: number,
	signal: AbortSignal | undefined,
): Promise<readonly DataRange[] | undefined> {
	const input = `tar -cPSf - --format=gnu -- ${shellQuote(path)} 2>/dev/null | head -c ${mostMapBytes}\n`;
	const options = {input, namesInOutput: true, ...(signal && {signal})};
	const {stdout} = await runRemoteCommand(connection, 'sh -s', options);
	return parseSparseMap(bytesOf(stdout), size);
}

const block = 512;

/**
Reads where the data are from the beginning of an archive of GNU tar.

@returns undefined for what is no such archive, or one of a file of another size.
@see https://www.gnu.org/software/tar/manual/html_node/Standard.html
*/
export function parseSparseMap(archive: Buffer, size: number): readonly DataRange[] | undefined {
	let at = 0;
	while (typeAt(archive, at) === 'L') {
		at += block + Math.ceil((numberAt(archive, at + 124) ?? 0) / block) * block;
	}

	if (typeAt(archive, at) !== 'S' || numberAt(archive, at + 483) !== size) {
		return undefined;
	}

	const data: DataRange[] = [];
	for (let [first, count] = [at + 386, 4]; ; [first, count] = [at, 21]) {
		for (let index = 0; index < count; index++) {
			const start = numberAt(archive, first + 24 * index);
			const length = numberAt(archive, first + 24 * index + 12);
			if (start !== undefined && length !== undefined && length > 0) {
				data.push({start, end: start + length});
			}
		}

		const isContinued = archive[first + 24 * count] === 1;
		at += block;
		if (!isContinued) {
			break;
		}

		if (at + block > archive.length) {
			return undefined;
		}
	}

	const isSound = data.every(({start, end}, index) => start >= (data[index - 1]?.end ?? 0) && end <= size);
	return isSound ? data : undefined;
}

const typeAt = (archive: Buffer, at: number) =>
	at + block <= archive.length ? archive.toString('latin1', at + 156, at + 157) : '';

/** Octal digits, or from 8 GiB on a binary number behind a set bit. */
function numberAt(archive: Buffer, at: number): number | undefined {
	const field = archive.subarray(at, at + 12);
	if (field.length === 12 && field[0] === 0x80) {
		return Number(field.readBigUInt64BE(4));
	}

	const digits = /^ *([0-7]+)/.exec(field.toString('latin1'))?.[1];
	return digits === undefined ? undefined : Number.parseInt(digits, 8);
}
