/** One thing that is wrong with a credential or the files of a cloud. */
export type CredentialProblem = {
	/** `error`: it cannot work. `warning`: it works, and should be mended. */
	readonly kind: 'error' | 'warning';
	/** One sentence. */
	readonly message: string;
	/** One imperative sentence. */
	readonly hint: string;
};
