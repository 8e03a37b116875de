import {useRef} from 'react';
import type {JournalRecord} from '../../engine/jobs/journal.js';
import {LogLines} from '../parts/log/log-lines.js';

/** The log of records that only grow; each is made into lines once. Other records begin another log. */
export function useLogLines(records: readonly JournalRecord[]): LogLines {
	const state = useRef({log: new LogLines(), taken: 0, first: records[0]});
	if (records.length < state.current.taken || records[0] !== state.current.first) {
		state.current = {log: new LogLines(), taken: 0, first: records[0]};
	}

	const {log} = state.current;
	for (const record of records.slice(state.current.taken)) {
		log.append(record);
	}

	state.current.taken = records.length;
	return log;
}
