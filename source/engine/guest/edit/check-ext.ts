import {ProgramFailedError} from '../../host/program-failed-error.js';
import {runProgram} from '../../host/run-program.js';
import {GuestEditError} from './guest-edit-error.js';
import {type ExtPlace, onFile} from './run-debugfs.js';

/** Exit codes of e2fsck that leave the file system in order: clean, errors corrected, restart advised. */
const inOrder = [0, 1, 2, 3];

/**
Brings a file system into order, its journal included. Says whether anything had to be repaired.

@throws {GuestEditError} When it cannot be repaired without asking.
*/
export async function checkExt(place: ExtPlace): Promise<'clean' | 'repaired'> {
	try {
		const {name, options} = onFile(place);
		const {code, stdout} = await runProgram('e2fsck', ['-fp', name], {...options, okCodes: inOrder});
		// To replay a journal is no error to it.
		return code === 0 && !/: recovering journal$/m.test(stdout) ? 'clean' : 'repaired';
	} catch (error) {
		throw error instanceof ProgramFailedError
			? new GuestEditError(`its file system is damaged (${(error.stdout || error.stderr).trim().slice(0, 300)})`, {
					cause: error,
				})
			: error;
	}
}
