import {AppError} from '../../errors/app-error.js';

export class SourceSizeError extends AppError {
	override readonly name = 'SourceSizeError';
	override readonly hint = 'Leave the image alone while it is uploaded, then start again.';

	constructor(
		readonly key: string,
		readonly expectedBytes: number,
		readonly readBytes: number,
		options?: ErrorOptions,
	) {
		super(
			readBytes > expectedBytes
				? `What is uploaded as ${key} is longer than the ${expectedBytes} bytes it had when the upload began.`
				: `What is uploaded as ${key} ended after ${readBytes} of ${expectedBytes} bytes.`,
			options,
		);
	}
}
