import type {Clock} from '../host/clock.js';
import {Stopwatch} from '../host/stopwatch.js';
import {JobSuspendedError} from './job-suspended-error.js';
import type {Journal} from './journal.js';

const pauseMs = 10_000;

/**
A journal that waits for room on the disk instead of failing: what is announced is begun later. Only when that takes too long, or
the trouble is another, the job stops, to be resumed.
*/
export function patientJournal(journal: Journal, clock: Clock, limitMs: number): Journal {
	return {
		get records() {
			return journal.records;
		},
		async append(entry) {
			const waited = new Stopwatch(clock);
			for (;;) {
				try {
					return await journal.append(entry);
				} catch (error) {
					if (!isOfDisk(error) || waited.passedMs() > limitMs) {
						throw isOfDisk(error) ? toBeResumed(error) : error;
					}

					await clock.sleep(pauseMs);
				}
			}
		},
	};
}

/** A system call failed, as it does on a full disk; two writers of one journal are no such thing. */
function isOfDisk(error: unknown): error is Error {
	return error instanceof Error && error.cause instanceof Error && 'syscall' in error.cause;
}

const toBeResumed = (error: Error) =>
	new JobSuspendedError(error.message, 'Make room on this disk, then run `d2cm resume`.', {cause: error});
