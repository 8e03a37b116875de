import {CloudUnreachableError} from '../../source/engine/cloud/ec2/errors/cloud-unreachable-error.js';
import {NotAllowedError} from '../../source/engine/cloud/ec2/errors/not-allowed-error.js';
import {StoreRightsError} from '../../source/engine/object-store/errors/store-rights-error.js';
import {CommandTimedOutError} from '../../source/engine/ssh/command-timed-out-error.js';
import {ConnectionLostError} from '../../source/engine/ssh/connection-lost-error.js';
import {VerificationError} from '../../source/engine/ssh/verification-error.js';
import type {Effect, Failure} from './injection.js';
import {simBucket} from './sim-store.js';

/** Only what is copied can be copied wrong, and fetched end like a fetch; where it stands may differ from run to run. */
export function canBefall(effect: Effect, name: string): boolean {
	return effect.do === 'fetch-ends'
		? name === 'fetch'
		: !('how' in effect && effect.how === 'wrong-sum') || name === 'download';
}

export const failures: Readonly<Record<Failure, () => Error>> = {
	throttled: () => new Error('RequestLimitExceeded: Request limit exceeded.'),
	'server-error': () => new Error('InternalError: An internal error has occurred.'),
	unreachable: () => new CloudUnreachableError('ec2:Anything', 'does not answer'),
	reset: () => new ConnectionLostError('an instance', 'read ECONNRESET'),
	late: () => new CommandTimedOutError('an instance', 120_000),
	'wrong-sum': () => new VerificationError('an instance', ['/root/out']),
	'not-allowed': () => new NotAllowedError('ec2:Anything'),
	refused: () => new StoreRightsError('Anything', `in the bucket ${simBucket}`),
	'no-space': () =>
		Object.assign(new Error('ENOSPC: no space left on device, write'), {code: 'ENOSPC', syscall: 'write'}),
};
