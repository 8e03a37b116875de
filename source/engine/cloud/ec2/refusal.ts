import {AppError} from '../../errors/app-error.js';
import {CloudRefusedError} from './errors/cloud-refused-error.js';

/** An answer of the cloud that no code of ours was prepared for, as the user is told; undefined for everything else. */
export function refusal(error: unknown): CloudRefusedError | undefined {
	return error instanceof Error && !(error instanceof AppError) && '$metadata' in error
		? new CloudRefusedError(error.name, error.message, {cause: error})
		: undefined;
}
