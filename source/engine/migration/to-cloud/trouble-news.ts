import type {Clock} from '../../host/clock.js';
import type {Journal} from '../../jobs/journal.js';

const quietMs = 60_000;

/** Tells of requests that had to be repeated, once a minute at most: a bad hour of the cloud is news, not an end. */
export function troubleNews({journal, clock}: {readonly journal: Journal; readonly clock: Clock}) {
	let repeated = 0;
	let toldAt = Number.NEGATIVE_INFINITY;
	return (trouble: 'transient' | 'throttled' = 'transient'): void => {
		repeated++;
		const now = clock.now().getTime();
		if (now - toldAt < quietMs) {
			return;
		}

		toldAt = now;
		const why =
			trouble === 'throttled' ? 'The cloud asks us to go slower' : 'The cloud does not answer some requests in time';
		const message = `${why}; ${repeated} ${repeated === 1 ? 'request was' : 'requests were'} repeated so far`;
		// What cannot be written here cannot be written by the job either, which then ends.
		void journal.append({kind: 'event', level: 'warning', message}).catch(() => undefined);
	};
}
