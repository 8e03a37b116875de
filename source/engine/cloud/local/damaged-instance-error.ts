import {AppError} from '../../errors/app-error.js';

/** What was written down about a local instance cannot be understood. */
export class DamagedInstanceError extends AppError {
	override readonly name = 'DamagedInstanceError';
	override readonly hint: string;

	constructor(file: string, folder: string, options?: ErrorOptions) {
		super(`What D2CM wrote of an instance of the local cloud is damaged: ${file} cannot be understood.`, options);
		this.hint = `End the QEMU process that runs in ${folder}, if there is one, and remove that folder.`;
	}
}
