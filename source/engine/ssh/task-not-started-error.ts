import {AppError} from '../errors/app-error.js';

/** The instance could not even begin a command: its disk may be full, or it lacks the basic tools. */
export class TaskNotStartedError extends AppError {
	override readonly name = 'TaskNotStartedError';
	override readonly hint = 'Check the free space of /var/tmp in the image, and that it has setsid.';

	constructor(
		readonly task: string,
		reason: string,
		options?: ErrorOptions,
	) {
		super(`The command ${task} could not be started: ${reason || 'no reason was given'}.`, options);
	}
}
