import {type LockHost, thisHost} from '../../source/store/lock-host.js';

/**
A host of its own, as far as locks know: what runs there cannot be seen from another, and its lease is over in a moment. In another
process the same name is the same host.
*/
export async function simulatedHost(name: string, changes: Partial<LockHost> = {}): Promise<LockHost> {
	const place = `boot of ${name}/pid:[1]`;
	return {...(await thisHost()), name, place, machine: name, beatMs: 60, leaseMs: 1200, seen: new Map(), ...changes};
}

/** A holder that shows nothing of itself any more, as one that was stopped or lost the network. */
export const silentHost = async (name: string, changes: Partial<LockHost> = {}): Promise<LockHost> =>
	simulatedHost(name, {beatMs: 1_000_000, ...changes});
