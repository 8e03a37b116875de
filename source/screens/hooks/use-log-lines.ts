import type {JournalRecord} from '../../engine/jobs/journal.js';
import {LogLines} from '../parts/log/log-lines.js';
import {useFold} from './use-fold.js';

/** The log of records that only grow; each is made into lines once. Other records begin another log. */
export function useLogLines(records: readonly JournalRecord[]): LogLines {
	return useFold(
		records,
		() => new LogLines(),
		(log, record) => log.append(record),
	);
}
