/**
What happened in one job, in order. One writer. An intent is on the disk before the effect it announces is begun, its
outcome at the latest before the next.
*/
export interface Journal {
	/** All records so far, those of earlier processes included. */
	readonly records: readonly JournalRecord[];

	/**
	Returns once the record is in the file; that of an intent, or of the end, once all up to it is on the disk (fsync). So before
	anything is begun, its intent and the outcomes of all that came before it are there to stay.
	*/
	append(entry: JournalEntry): Promise<void>;
}

export type JournalRecord = JournalEntry & {
	/** From 1, without gaps. */
	readonly seq: number;
	/** ISO 8601. */
	readonly at: string;
};

/** Written to users' disks: kinds and fields are added, never changed. */
export type JournalEntry =
	/** A process took the job over. */
	| {readonly kind: 'owner'; readonly pid: number; readonly version: string}
	/** The job entered a state of its life-cycle. */
	| {readonly kind: 'state'; readonly state: string}
	/** A step of the life-cycle was begun or has ended; `subject` is an instance or a role where the step is per one. */
	| {
			readonly kind: 'step';
			readonly step: string;
			readonly subject?: string;
			readonly mark: 'started' | 'finished';
			readonly data?: JournalData;
	  }
	/** For the user's eyes: one line of the live log. */
	| {
			readonly kind: 'event';
			readonly level: 'info' | 'warning' | 'error';
			readonly message: string;
			readonly hint?: string;
			readonly role?: string;
			/** `master-1` */
			readonly instance?: string;
	  }
	/** Progress of a long step, at most one a second and at its end. Replaces the one before with the same `task`. */
	| {
			readonly kind: 'progress';
			readonly task: string;
			readonly done: number;
			/** Left out while not known. */
			readonly total?: number;
			readonly unit: 'bytes' | 'steps';
			/** What else is known while one waits. */
			readonly note?: string;
	  }
	/** The job is over. `state` is COMPLETED, CANCELLED or FAILED. */
	| {
			readonly kind: 'end';
			readonly state: EndState;
			/** Why it failed: one sentence. */
			readonly cause?: string;
			readonly hint?: string;
			/** What is left and still costs money, if anything, in words. */
			readonly remaining?: readonly string[];
	  };

export type EndState = 'COMPLETED' | 'CANCELLED' | 'FAILED';

export type JournalData = {
	readonly [key: string]: string | number | boolean | null | JournalData | readonly JournalData[] | readonly string[];
};
