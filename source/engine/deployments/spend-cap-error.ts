import {dollars} from '../cloud/prices/dollars.js';
import {AppError} from '../errors/app-error.js';

/** The run has cost what it may, but for what it takes to bring the results home. */
export class SpendCapError extends AppError {
	override readonly name = 'SpendCapError';
	override readonly hint =
		'Raise --cap, or choose fewer or cheaper instances; what there was of the results is in the folder.';

	constructor(
		readonly capUsd: number,
		readonly spentUsd: number,
		/** What was still going on. */
		waitingFor: string,
	) {
		super(`The run had cost about ${dollars(spentUsd)} of its cap of ${dollars(capUsd)}; ${waitingFor}.`);
	}
}
