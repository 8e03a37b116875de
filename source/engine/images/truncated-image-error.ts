import {AppError} from '../errors/app-error.js';

/** The file ends before what its own header says is in it. */
export class TruncatedImageError extends AppError {
	override readonly name = 'TruncatedImageError';
	override readonly hint = 'Copy it again and compare its size with the original; the copy may have been interrupted.';

	constructor(
		readonly file: string,
		readonly fileBytes: number,
		readonly neededBytes: number,
	) {
		super(`${file} is cut off: it has ${fileBytes} bytes and needs ${neededBytes}.`);
	}
}
