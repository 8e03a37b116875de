/** A failure the user can mend. Anything else that reaches the top is our bug and is shown with its stack. */
export abstract class AppError extends Error {
	abstract override readonly name: string;

	/** What to try next: one imperative sentence. */
	abstract readonly hint: string;
}
