import {AppError} from '../../engine/errors/app-error.js';

/** A file the user named cannot be read or written. */
export class UnusableFileError extends AppError {
	override readonly name = 'UnusableFileError';
	override readonly hint: string;

	constructor(
		readonly path: string,
		done: 'read' | 'written',
		options: ErrorOptions,
	) {
		const code = (options.cause as NodeJS.ErrnoException | undefined)?.code ?? 'unknown reason';
		super(`${path} cannot be ${done} (${code}).`, options);
		this.hint =
			code === 'EACCES' || code === 'EPERM'
				? 'See to it that you may use the file and its folder, or choose another.'
				: 'Check the path, and that its folder is there.';
	}
}
