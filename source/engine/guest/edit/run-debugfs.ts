import {writeFile} from 'node:fs/promises';
import {basename, dirname, join, relative} from 'node:path';
import {FullDiskError} from '../../host/full-disk-error.js';
import {isFullDisk, runProgram} from '../../host/run-program.js';
import {debugfsPath} from './debugfs-names.js';
import {GuestEditError} from './guest-edit-error.js';

/** A file system that is the whole of a plain file. */
export type ExtPlace = {
	readonly file: string;
	/** A private folder for what is handed to debugfs, with a plain name and beside the file: debugfs is told it from there. */
	readonly scratch: string;
	readonly signal?: AbortSignal | undefined;
};

/** How the e2fsprogs are run on a file: in its folder, since a question mark in a path means options to them. */
export const onFile = ({file, signal}: ExtPlace) => ({name: basename(file), options: {cwd: dirname(file), signal}});

/** How debugfs is told a file of the scratch folder, whatever the path of the user's own data folder holds. */
export const inScratch = ({file, scratch}: ExtPlace, name: string): string =>
	debugfsPath(join(relative(dirname(file), scratch), name));

/** debugfs reads its script in pieces of 8192 bytes, and would take the rest of a longer line for another command. */
const longestCommand = 2048;

/** The second wall: whatever stands in a command, it is one line, whole, and not for a shell. */
function mustBeOneCommand(command: string): void {
	if (!/^[a-z]/.test(command) || /\p{Cc}/u.test(command) || Buffer.byteLength(command) > longestCommand) {
		throw new GuestEditError(`debugfs cannot be given ${JSON.stringify(command.slice(0, 100))}.`);
	}
}

/**
Runs debugfs commands in order and returns what they printed.

@throws {GuestEditError} When any of them said a word on standard error: its exit code is 0 even when all failed.
*/
export async function runDebugfs(
	place: ExtPlace,
	commands: readonly string[],
	{write}: {readonly write: boolean},
): Promise<string> {
	commands.forEach(mustBeOneCommand);
	const script = 'debugfs-commands';
	await writeFile(join(place.scratch, script), `${commands.join('\n')}\n`, {mode: 0o600});
	const {name, options} = onFile(place);
	const scriptPath = join(relative(dirname(place.file), place.scratch), script);
	const {stdout, stderr} = await runProgram('debugfs', [...(write ? ['-w'] : []), '-f', scriptPath, name], {
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
