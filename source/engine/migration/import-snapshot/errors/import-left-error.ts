import {AppError} from '../../../errors/app-error.js';

/** An import ended, and what it had begun could not be taken away. It is still noted, to be gone on with. */
export class ImportLeftError extends AppError {
	override readonly name = 'ImportLeftError';
	override readonly hint: string;

	constructor(
		/** Tasks, snapshots and objects, in words. */
		readonly left: readonly string[],
		options?: ErrorOptions,
		/** Why the import ended. */
		after?: AppError,
	) {
		const sentence = `Perhaps left in the cloud, and it costs money: ${left.join(', ')}.`;
		super(after ? `${after.message} ${sentence}` : sentence, options);
		const next = 'Then resume the migration, or cancel it.';
		this.hint = after ? `${after.hint} ${next}` : `Make sure that the cloud can be reached. ${next}`;
	}
}
