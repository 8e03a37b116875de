import {useRef} from 'react';
import type {JournalRecord} from '../../engine/jobs/journal.js';

/** What is gathered from records that only grow: each is taken once. Other records begin anew. */
export function useFold<T>(
	records: readonly JournalRecord[],
	begin: () => T,
	take: (gathered: T, record: JournalRecord) => void,
): T {
	const state = useRef<{gathered: T; taken: number; first: JournalRecord | undefined}>(undefined);
	let current = state.current;
	if (current === undefined || records.length < current.taken || (current.taken > 0 && records[0] !== current.first)) {
		current = {gathered: begin(), taken: 0, first: records[0]};
	}

	for (let index = current.taken; index < records.length; index++) {
		const record = records[index];
		if (record !== undefined) take(current.gathered, record);
	}

	state.current = {...current, taken: records.length, first: records[0]};
	return current.gathered;
}
