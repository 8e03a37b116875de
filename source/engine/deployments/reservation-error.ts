import {AppError} from '../errors/app-error.js';

/** The cloud gave another number of instances than was asked for. */
export class ReservationError extends AppError {
	override readonly name = 'ReservationError';
	override readonly hint = 'Deploy again; if it happens again, look at the cloud’s own console.';

	constructor(
		readonly role: string,
		readonly wanted: number,
		readonly got: number,
	) {
		super(`${wanted} instance(s) were asked for role ${role} and the cloud gave ${got}.`);
	}
}
