import type {ImageReport} from './image-report.js';
import {type OpenGuestOptions, openGuest} from './open-guest.js';

/**
Says what is in a VDI and whether it would run in a cloud. Takes under half a second whatever the size of the disk, since
only what is needed is read; nothing is written.

@throws {AppError}
*/
export async function inspectImage(file: string, options: OpenGuestOptions = {}): Promise<ImageReport> {
	const guest = await openGuest(file, options);
	await guest.close();
	return guest.report;
}
