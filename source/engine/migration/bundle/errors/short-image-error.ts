import {AppError} from '../../../errors/app-error.js';

/** The image's file became shorter while it was read. */
export class ShortImageError extends AppError {
	override readonly name = 'ShortImageError';
	override readonly hint = 'Close what else works on the image, then start again.';

	constructor(
		readonly endedAt: number,
		readonly sizeBytes: number,
	) {
		super(`The image ended after ${endedAt} of its ${sizeBytes} bytes.`);
	}
}
