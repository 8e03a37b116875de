import {AppError} from '../../source/engine/errors/app-error.js';
import {CancelledError} from '../../source/engine/errors/cancelled-error.js';
import type {Clock} from '../../source/engine/host/clock.js';
import {unlessAborted} from '../../source/engine/host/unless-aborted.js';
import {within} from '../../source/engine/host/within.js';
import {StoreUnavailableError} from '../../source/engine/object-store/errors/store-unavailable-error.js';
import type {ObjectStore} from '../../source/engine/object-store/object-store.js';
import {persistently} from '../../source/engine/object-store/persistently.js';
import type {Operate} from './sim-process.js';
import type {SimWorld} from './sim-world.js';

type Reached = {
	readonly world: SimWorld;
	readonly operate: Operate;
	readonly clock: Clock;
	readonly signal?: AbortSignal;
};

export const simBucket = 'd2cm-inputs';

const limits = {attempts: 10, firstPauseMs: 200, longestPauseMs: 20_000};
const idleMs = 60_000;
/** What a store has in hand is done so much later, though nobody waits for it any more. */
const mostLateMs = 3000;
const waitedFor: ReadonlySet<string> = new Set(['put', 'beginUpload', 'completeUpload']);

/**
The store as one process reaches it, by an adapter as that for S3 is: each call is tried again, each try has its bounds, and what
was on its way when a signal was aborted may still arrive.
*/
export function simStore(reached: Reached): ObjectStore {
	const {world} = reached;
	return new Proxy<ObjectStore>(world.store, {
		get(store, name: keyof ObjectStore) {
			if (name === 'under') {
				return (signal: AbortSignal) => simStore({...reached, signal});
			}

			const method = store[name] as (...args: unknown[]) => Promise<unknown>;
			return async (...args: unknown[]) => call(reached, name, async () => method(...args));
		},
	});
}

async function call({world, operate, clock, signal}: Reached, name: string, act: () => Promise<unknown>) {
	const isPassing = (error: unknown) => !(error instanceof AppError);
	const late = () => new Error('It does not answer.');
	try {
		return await persistently({...limits, clock, random: world.random, signal, isPassing}, async () => {
			const arrive = async () => {
				await (signal?.aborted ? clock.sleep(world.random() * mostLateMs) : undefined);
				return act();
			};
			const answer = within({clock, limitMs: idleMs, late}, async () => operate('store', name, arrive));
			return signal && !waitedFor.has(name) ? unlessAborted(signal, answer) : answer;
		});
	} catch (error) {
		throw isPassing(error) && !(error instanceof CancelledError)
			? new StoreUnavailableError('sim', name, limits.attempts, String(error))
			: error;
	}
}
