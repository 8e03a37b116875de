import {AppError} from '../../../errors/app-error.js';

export class UnknownArchitectureError extends AppError {
	override readonly name = 'UnknownArchitectureError';
	override readonly hint = 'Clouds start i386, x86_64 and arm64; see `d2cm inspect`.';

	constructor(readonly file: string) {
		super(`For which processor the system in ${file} was made could not be found out.`);
	}
}
