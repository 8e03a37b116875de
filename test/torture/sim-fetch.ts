import type {ObjectStore} from '../../source/engine/object-store/object-store.js';
import {fakeFetch} from '../helpers/fake-fetch.js';
import type {FetchEnd} from './injection.js';
import type {SimMachine} from './sim-machine.js';

const ends: Readonly<Record<FetchEnd, string>> = {
	cut: 'd2cm: partial curl 18 200 50',
	forbidden: 'd2cm: partial curl 22 403 0',
	unreachable: 'd2cm: partial curl 7 0 0',
	differs: 'd2cm: differs curl 0 200 0',
	toolless: 'd2cm: toolless none 0 0 0',
	busy: 'd2cm: busy none 0 0 0',
	mute: 'sh: 1: Cannot fork',
};

export const isFetch = (input: string | Uint8Array): input is string =>
	typeof input === 'string' && input.startsWith("url='memory://");

/** What a machine says that was told to fetch a staged input. */
export async function simFetch(store: ObjectStore, machine: SimMachine, script: string): Promise<string> {
	const {fetchEnds, isFull} = machine;
	machine.fetchEnds = undefined;
	if (fetchEnds || isFull) {
		return fetchEnds ? ends[fetchEnds] : 'd2cm: partial curl 23 200 0';
	}

	return (await fakeFetch(store, machine.files, script)) ?? '';
}
