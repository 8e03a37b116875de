import {ConnectionLostError} from './connection-lost-error.js';

/** The connection stands, and what was asked for does not come to an end. */
export class ShellSilentError extends ConnectionLostError {
	constructor(target: string, limitMs: number) {
		super(target, `nothing came back for ${limitMs / 1000} s`);
	}
}
