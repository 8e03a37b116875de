import type {JournalRecord} from './journal.js';

/** Why things happen twice in a log: an earlier process of the job has died. Nothing of the first one. */
export const ownerWords = ({seq, pid}: Extract<JournalRecord, {kind: 'owner'}>): string | undefined =>
	seq === 1 ? undefined : `The job was interrupted and goes on, in process ${pid}.`;
