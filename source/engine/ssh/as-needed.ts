import {RemoteFileError} from './remote-file-error.js';
import type {Shell} from './shell.js';

/** Does something with the login user's own rights and, where these do not do, again with root's. */
export async function asNeeded<T>(shell: Shell, action: (shell: Shell) => Promise<T>): Promise<T> {
	try {
		return await action(shell);
	} catch (error) {
		if (shell.asRoot && error instanceof RemoteFileError && error.reason === 'permission-denied') {
			return action(shell.asRoot());
		}

		throw error;
	}
}
