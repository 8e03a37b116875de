import {AppError} from '../errors/app-error.js';
import {shownName} from '../host/byte-names.js';

/** The instance refuses to read or write a file, though the connection works. */
export class RemoteFileError extends AppError {
	override readonly name = 'RemoteFileError';
	override readonly hint: string;
	/** For the end of a sentence. */
	readonly why: string;

	constructor(
		readonly target: string,
		readonly path: string,
		readonly reason: 'permission-denied' | 'disk-full' | 'refused',
		options?: ErrorOptions,
	) {
		super(`${target} refuses ${shownName(path)}: ${words[reason].why}.`, options);
		this.why = words[reason].why;
		this.hint = words[reason].hint;
	}
}

const words = {
	'permission-denied': {
		why: 'permission denied',
		hint: 'Choose a path that the login user of the image may use.',
	},
	'disk-full': {
		why: 'its disk is full',
		hint: 'Choose another path, or make room in the image.',
	},
	refused: {
		why: 'the operation failed',
		hint: 'Check that the path is what the template says: a file where a file is meant, a folder where a folder is.',
	},
} as const;
