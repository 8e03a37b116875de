import type {Clock} from '../host/clock.js';
import {Stopwatch} from '../host/stopwatch.js';
import {JobSuspendedError} from './job-suspended-error.js';
import type {Journal, JournalEntry, JournalRecord} from './journal.js';
import {isBegun} from './step-marks.js';

const pauseMs = 10_000;

type PatientOptions = {
	readonly clock: Clock;
	readonly limitMs: number;
	/** Aborted when the user wants the job to end. */
	readonly cancel?: AbortSignal;
};

/**
A journal that waits for room on the disk instead of failing: what is announced is begun later. Only when that takes too long, or
the trouble is another, the job stops, to be resumed.

Nobody waits for room to end what costs money: once the job is cancelled, no other step is begun without room, and the records of
the release are kept here until there is some. Each of them may be lost, for a release that is done again does no harm. Only the end
of the job waits: it says to everybody that nothing is left.
*/
export function patientJournal(journal: Journal, {clock, limitMs, cancel}: PatientOptions): Journal {
	const late: JournalRecord[] = [];

	/** All that is late goes first; one writer at a time, so that the order stays. */
	let turn: Promise<unknown> = Promise.resolve();
	const writeLate = async (): Promise<void> => {
		const mine = turn.then(async () => {
			for (let [first] = late; first; [first] = late) {
				const {seq, ...entry} = first;
				await journal.append(entry);
				late.shift();
			}
		});
		turn = mine.catch(() => undefined);
		return mine;
	};

	const keep = (entry: JournalEntry): void => {
		const isOfRelease = entry.kind === 'step' && (entry.step === 'cancel' || isBegun(patient.records, 'cancel'));
		if (entry.kind === 'step' && entry.mark === 'started' && !isOfRelease) {
			cancel?.throwIfAborted();
		}

		late.push({...entry, seq: patient.records.length + 1, at: clock.now().toISOString()});
	};

	const patient: Journal = {
		get records() {
			return late.length === 0 ? journal.records : [...journal.records, ...late];
		},
		async append(entry) {
			const waited = new Stopwatch(clock);
			for (;;) {
				try {
					await (late.length > 0 ? writeLate() : undefined);
					return await journal.append(entry);
				} catch (error) {
					if (!isOfDisk(error)) {
						throw error;
					}

					if (cancel?.aborted && entry.kind !== 'end') {
						return keep(entry);
					}

					if (waited.passedMs() > limitMs) {
						throw toBeResumed(error);
					}

					await (cancel?.aborted ? clock.sleep(pauseMs) : clock.sleep(pauseMs, cancel).catch(unlessAborted(cancel)));
				}
			}
		},
	};
	return patient;
}

/** A cancel ends a pause, and the entry is tried once more. */
const unlessAborted = (cancel: AbortSignal | undefined) => (error: unknown) => {
	if (!cancel?.aborted) {
		throw error;
	}
};

/** A system call failed, as it does on a full disk; two writers of one journal are no such thing. */
function isOfDisk(error: unknown): error is Error {
	return error instanceof Error && error.cause instanceof Error && 'syscall' in error.cause;
}

const toBeResumed = (error: Error) =>
	new JobSuspendedError(error.message, 'Make room on this disk, then run `d2cm resume`.', {cause: error});
