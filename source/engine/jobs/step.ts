import type {Journal} from './journal.js';

/** One step of a job's life-cycle, as data. */
export type Step<Context> = {
	/** Written to journals on users' disks, so it never changes once released. */
	readonly name: string;

	/** State of the job from the moment the step is begun. */
	readonly enters?: string;

	/** State of the job once it is finished. */
	readonly reaches?: string;

	/** Its effect lives in this process only: each process does it again, unless nothing follows any more. Not journaled. */
	readonly ofProcess?: boolean;

	/** Brings the effect about. May run again after a crash, so repeating it must do no harm. */
	readonly do: (context: Context) => Promise<void>;
};

export type StepContext = {readonly journal: Journal};
