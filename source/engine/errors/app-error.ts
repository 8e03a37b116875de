/** `wait`: it may pass by itself. `user`: somebody can mend it, and then go on. `final`: nothing mends it. */
export type ErrorSort = 'wait' | 'user' | 'final';

/** A failure the user can mend. Anything else that reaches the top is our bug and is shown with its stack. */
export abstract class AppError extends Error {
	abstract override readonly name: string;

	/** What helps against it, decided where it is made: whoever tries again, suspends or gives up asks this. */
	readonly sort: ErrorSort = 'user';

	/** What to try next: one imperative sentence. */
	abstract readonly hint: string;
}

/** Says whether it may pass by itself, so that trying again helps. Everybody who tries again asks this, and keeps no list of classes. */
export function isPassing(error: unknown): error is AppError {
	return error instanceof AppError && error.sort === 'wait';
}
