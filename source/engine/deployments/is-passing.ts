import {CommandTimedOutError} from '../ssh/command-timed-out-error.js';
import {ConnectionLostError} from '../ssh/connection-lost-error.js';

/** Whether what went wrong on an instance may be tried again: its network or its processor may be busy for a while. */
export function isPassing(error: unknown): error is ConnectionLostError | CommandTimedOutError {
	return error instanceof ConnectionLostError || error instanceof CommandTimedOutError;
}
