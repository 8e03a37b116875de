import {AppError} from '../errors/app-error.js';

/** Some program is writing to the image, or has done so while we read it. */
export class VdiInUseError extends AppError {
	override readonly name = 'VdiInUseError';
	override readonly hint = 'Shut the machine down in VirtualBox (a saved state is not enough), then migrate again.';

	constructor(
		readonly file: string,
		how: string,
	) {
		super(`${file} ${how}.`);
	}
}
