import {AppError} from '../../../errors/app-error.js';

export class BundleBootModeError extends AppError {
	override readonly name = 'BundleBootModeError';
	override readonly hint = 'Migrate it by another way or to another cloud, or install a boot loader for BIOS in it.';

	constructor() {
		super('The machine starts by UEFI, and an AMI made of a bundle starts by BIOS alone.');
	}
}
