import {writeFile} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {FullDiskError} from '../../host/full-disk-error.js';
import {isFullDisk, runProgram} from '../../host/run-program.js';
import {GuestEditError} from './guest-edit-error.js';

/** A file system that is the whole of a plain file. */
export type ExtPlace = {
	readonly file: string;
	/** A private folder for what is handed to debugfs. */
	readonly scratch: string;
	readonly signal?: AbortSignal | undefined;
};

/** How the e2fsprogs are run on a file: in its folder, since a question mark in a path means options to them. */
export const onFile = ({file, signal}: ExtPlace) => ({name: basename(file), options: {cwd: dirname(file), signal}});

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
	const {name, options} = onFile(place);
	const {stdout, stderr} = await runProgram('debugfs', [...(write ? ['-w'] : []), '-f', script, name], {
		...options,
		timeoutMs: 120_000,
	});
	const complaints = stderr.split('\n').filter(line => line.trim() !== '' && !/^debugfs \d+\.\d+/.test(line));
	if (complaints.some(isFullDisk)) {
		throw new FullDiskError('the copy of the disk', {cause: new GuestEditError(complaints.slice(0, 3).join(' / '))});
	}

	if (complaints.length > 0) {
		throw new GuestEditError(complaints.slice(0, 3).join(' / '));
	}

	return stdout;
}
