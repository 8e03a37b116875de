import {AppError} from '../../engine/errors/app-error.js';

/** A cloud is asked in its region only: were that changed, what is there would be seen by nobody. */
export class RegionKeptError extends AppError {
	override readonly name = 'RegionKeptError';
	override readonly hint = 'Add another cloud for the other region.';

	constructor(
		readonly cloud: string,
		readonly region: string,
		/** `AMI ami-0a1b2c3d` */
		readonly users: readonly string[],
	) {
		super(`The cloud ${cloud} keeps its region ${region}: ${users.join(', ')} would be looked for elsewhere.`);
	}
}
