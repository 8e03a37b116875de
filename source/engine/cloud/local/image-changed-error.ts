import {AppError} from '../../errors/app-error.js';

/** The VDI a local AMI stands on is not what it was when the AMI was made, so its instances would read garbage. */
export class ImageChangedError extends AppError {
	override readonly name = 'ImageChangedError';
	override readonly hint = 'Put the VDI back as it was, or migrate it again.';

	constructor(
		readonly imageId: string,
		readonly file: string,
		readonly what: 'changed' | 'gone',
		{how, ...options}: ErrorOptions & {readonly how?: string} = {},
	) {
		const since = what === 'gone' ? 'is gone' : `is not what was migrated${how === undefined ? '' : `: ${how}`}`;
		super(`The AMI ${imageId} cannot be started: ${file} ${since}.`, options);
	}
}
