import type {Connection} from './connection.js';
import {runRemoteCommand} from './run-remote-command.js';
import {shellQuote} from './shell-quote.js';

const pathsPerCommand = 5000;

/** SHA-256 of files, computed on the instance; of a file that cannot be read there is none. */
export async function remoteSums(
	connection: Connection,
	paths: readonly string[],
	signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
	const sums = new Map<string, string>();
	for (let start = 0; start < paths.length; start += pathsPerCommand) {
		const batch = paths.slice(start, start + pathsPerCommand);
		// By standard input: no limit of arguments, and no name is ever a piece of a command.
		const {stdout} = await runRemoteCommand(connection, 'LC_ALL=C xargs -0 -r sha256sum --', {
			input: batch.map(path => `${path}\0`).join(''),
			namesInOutput: true,
			...(signal && {signal}),
		});
		for (const [path, sum] of parseSums(stdout)) {
			sums.set(path, sum);
		}
	}

	return sums;
}

/** SHA-256 of the first so many bytes of each file: for files that grow while they are copied. */
export async function remotePrefixSums(
	connection: Connection,
	files: ReadonlyArray<{readonly path: string; readonly bytes: number}>,
	signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
	const script = files.map(({path, bytes}) => `head -c ${bytes} <${shellQuote(path)} | sha256sum\n`).join('');
	const {stdout} = await runRemoteCommand(connection, 'sh -s', {input: script, ...(signal && {signal})});
	const lines = stdout.split('\n');
	return new Map(files.map(({path}, index) => [path, (lines[index] ?? '').slice(0, 64)]));
}

/**
SHA-256 of one large file, by openssl where there is one: it needs half the time. Undefined when the file cannot be read.
*/
export async function remoteLargeSum(
	connection: Connection,
	path: string,
	signal?: AbortSignal,
): Promise<string | undefined> {
	const input = `file=${shellQuote(path)}\n(openssl dgst -sha256 -r <"$file" || sha256sum <"$file") 2>/dev/null\n`;
	const {stdout} = await runRemoteCommand(connection, 'sh -s', {input, ...(signal && {signal})});
	return /^([0-9a-f]{64}) /m.exec(stdout)?.[1];
}

/** What sha256sum or b2sum prints: a line that begins with a backslash has its name escaped. */
export function parseSums(text: string): ReadonlyMap<string, string> {
	const sums = new Map<string, string>();
	for (const line of text.split('\n')) {
		const [, escaped, sum, name] = /^(\\?)([0-9a-f]{64}|[0-9a-f]{128}) [ *](.+)$/s.exec(line) ?? [];
		if (sum !== undefined && name !== undefined) {
			sums.set(escaped ? name.replace(/\\(.)/g, (_, letter) => escapes[letter] ?? letter) : name, sum);
		}
	}

	return sums;
}

const escapes: Readonly<Record<string, string>> = {n: '\n', r: '\r'};
