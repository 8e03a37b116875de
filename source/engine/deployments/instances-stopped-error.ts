import {AppError} from '../errors/app-error.js';

/** Instances had stopped themselves before everything on them was begun: what had been set up there runs no more. */
export class InstancesStoppedError extends AppError {
	override readonly name = 'InstancesStoppedError';
	override readonly hint = 'Deploy again; with a longer --lease, more time may pass before somebody resumes it.';

	constructor() {
		super('The instances stopped themselves before all scripts were started, since nobody had looked after them.');
	}
}
