import {AppError} from '../../engine/errors/app-error.js';

/** A deployment that is taken up again looks for its instances where its cloud is then, and would take them for gone elsewhere. */
export class PlaceKeptError extends AppError {
	override readonly name = 'PlaceKeptError';
	override readonly hint: string;

	constructor(
		readonly cloud: string,
		/** Id of the deployment. */
		readonly deployment: string,
		/** What was found at the new place. */
		found: string,
		options?: ErrorOptions,
	) {
		super(
			`The cloud ${cloud} keeps its addresses and keys: deployment ${deployment} has not ended, and ${found}.`,
			options,
		);
		this.hint = `End it first (\`d2cm resume ${deployment}\` or \`d2cm cancel ${deployment}\`), or add what is new as another cloud.`;
	}
}
