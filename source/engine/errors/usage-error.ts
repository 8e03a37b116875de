import {AppError} from './app-error.js';

/** The command was called in a way it does not understand. Exit status 2. */
export class UsageError extends AppError {
	override readonly name = 'UsageError';

	readonly hint: string;
	/** Whether the hint is about this very call. */
	readonly isHintOwn: boolean;

	constructor(message: string, hint?: string) {
		super(message);
		this.hint = hint ?? 'Run `d2cm --help` to see the commands.';
		this.isHintOwn = hint !== undefined;
	}
}
