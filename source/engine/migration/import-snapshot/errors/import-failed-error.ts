import {AppError} from '../../../errors/app-error.js';

/** The cloud did not make a snapshot of the object. */
export class ImportFailedError extends AppError {
	override readonly name = 'ImportFailedError';
	override readonly hint: string;

	constructor(
		readonly taskId: string,
		/** The cloud's words, or ours where it says nothing. */
		readonly why: string,
		options?: ErrorOptions,
	) {
		super(`The import ${taskId} came to nothing: ${why.replace(/\.$/, '')}.`, options);
		this.hint = 'Start the migration again, or choose another way to the AMI, such as EBS direct.';
	}
}
