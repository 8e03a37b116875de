import type {Instance} from '../cloud/cloud.js';

/** It has been switched off and can be started again. */
export const isAsleep = (instance: Instance | undefined): boolean =>
	instance?.state === 'stopping' || instance?.state === 'stopped';

/** How an instance ended, in words; undefined for one that starts or runs. */
export function endOf({state, stateReason, interrupted = false}: Instance): string | undefined {
	const why = interrupted ? 'it is a spot instance, the cloud has interrupted it, and ' : '';
	return state === 'pending' || state === 'running'
		? undefined
		: `${why}the cloud says ${state}${stateReason ? ` (${stateReason})` : ''}`;
}
