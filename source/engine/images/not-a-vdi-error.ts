import {AppError} from '../errors/app-error.js';
import type {ImageFormat} from './recognise-format.js';

/** The file is something else than a VirtualBox disk image. */
export class NotAVdiError extends AppError {
	override readonly name = 'NotAVdiError';
	override readonly hint: string;

	constructor(
		readonly file: string,
		/** What it is instead, if we know. */
		readonly format: ImageFormat | undefined,
	) {
		super(`${file} is not a VirtualBox disk image (VDI)${format ? `; it looks like ${format.name}` : ''}.`);
		this.hint = format?.hint ?? 'Give the .vdi file of the virtual machine; its settings in VirtualBox name it.';
	}
}
