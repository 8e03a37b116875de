import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {runProgram} from '../../host/run-program.js';
import {GuestEditError} from './guest-edit-error.js';

/** A file system inside a plain file. */
export type ExtPlace = {
	readonly file: string;
	/** Where it starts in the file. */
	readonly startBytes: number;
	/** A private folder for what is handed to debugfs. */
	readonly scratch: string;
	readonly signal?: AbortSignal | undefined;
};

/** What the e2fsprogs understand as a place inside a file. */
export const devicePath = ({file, startBytes}: ExtPlace): string => `${file}?offset=${startBytes}`;

/**
Runs debugfs commands in order and returns what they printed.

@throws {GuestEditError} When any of them said a word on standard error: its exit code is 0 even when all failed.
*/
export async function runDebugfs(
	place: ExtPlace,
	commands: readonly string[],
	{write}: {readonly write: boolean},
): Promise<string> {
	const script = join(place.scratch, 'debugfs-commands');
	await writeFile(script, `${commands.join('\n')}\n`, {mode: 0o600});
	const {stdout, stderr} = await runProgram('debugfs', [...(write ? ['-w'] : []), '-f', script, devicePath(place)], {
		signal: place.signal,
		timeoutMs: 120_000,
	});
	const complaints = stderr.split('\n').filter(line => line.trim() !== '' && !/^debugfs \d+\.\d+/.test(line));
	if (complaints.length > 0) {
		throw new GuestEditError(complaints.slice(0, 3).join(' / '));
	}

	return stdout;
}
