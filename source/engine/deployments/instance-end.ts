import type {Instance} from '../cloud/cloud.js';

/** How an instance ended, in words; undefined for one that starts or runs. */
export function endOf({state, stateReason}: Instance): string | undefined {
	return state === 'pending' || state === 'running'
		? undefined
		: `the cloud says ${state}${stateReason ? ` (${stateReason})` : ''}`;
}
