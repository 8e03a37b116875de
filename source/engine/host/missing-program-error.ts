import {AppError} from '../errors/app-error.js';
import {installLine} from './install-line.js';

/** A program that D2CM runs is not installed on this machine. */
export class MissingProgramError extends AppError {
	override readonly name = 'MissingProgramError';
	override readonly hint: string;

	constructor(
		readonly program: string,
		options?: ErrorOptions,
	) {
		super(`The program ${program} is not installed on this machine.`, options);
		this.hint = installLine(program);
	}
}
