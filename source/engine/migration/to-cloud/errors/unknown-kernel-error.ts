import {AppError} from '../../../errors/app-error.js';

/** The cloud offers no kernel, or no ramdisk, of that id. */
export class UnknownKernelError extends AppError {
	override readonly name = 'UnknownKernelError';
	override readonly hint: string;

	constructor(kind: 'kernel' | 'ramdisk', id: string, cloud: string) {
		super(`The cloud ${cloud} offers no ${kind} ${id}.`);
		this.hint = `See which there are: d2cm kernel list ${cloud}`;
	}
}
