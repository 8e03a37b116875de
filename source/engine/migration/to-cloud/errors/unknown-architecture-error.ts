import {AppError} from '../../../errors/app-error.js';
import {shellQuote} from '../../../ssh/shell-quote.js';

export class UnknownArchitectureError extends AppError {
	override readonly name = 'UnknownArchitectureError';
	override readonly hint: string;

	constructor(readonly file: string) {
		super(`Nothing in ${file} says which processors its system is for.`);
		this.hint = `Look at what is in it with \`d2cm inspect ${shellQuote(file)}\`; its kernel and programs should be for x86_64 or i386.`;
	}
}
