import {AppError} from '../../../errors/app-error.js';

/** A disk that a cloud does not take by the way that was chosen. */
export class DiskTooLargeError extends AppError {
	override readonly name = 'DiskTooLargeError';
	override readonly hint: string;

	constructor(disk: {
		readonly gib: number;
		readonly most: number;
		readonly way: string;
		readonly cloud: string;
		/** Ways that would take it. */
		readonly others: readonly string[];
	}) {
		const {gib, most, way, cloud, others} = disk;
		super(`The disk has ${gib} GiB, and by the way ${way} ${cloud} takes at most ${most} GiB.`);
		this.hint =
			others.length > 0
				? `Choose another way: ${others.join(', ')}.`
				: 'Make a smaller disk in the guest, and clone to it.';
	}
}
