import {AppError} from '../errors/app-error.js';

/** A program that D2CM runs ended with an error; its own last words are in the message. */
export class ProgramFailedError extends AppError {
	override readonly name = 'ProgramFailedError';
	override readonly hint = 'Read what the program said; `d2cm doctor` checks what this machine can do.';

	constructor(
		readonly program: string,
		readonly code: number | undefined,
		readonly stdout: string,
		readonly stderr: string,
		options?: ErrorOptions,
	) {
		super(
			`${program} failed${code === undefined ? '' : ` (exit code ${code})`}: ${lastWords(stderr || stdout)}`,
			options,
		);
	}
}

function lastWords(output: string): string {
	return output.trim().split('\n').slice(-3).join(' / ').slice(0, 400) || 'it said nothing.';
}
