import {useEffect, useRef, useState} from 'react';
import type {JournalRecord} from '../../engine/jobs/journal.js';
import {useD2cm} from './use-d2cm.js';

/** At most this many updates a second, however fast a journal grows. */
const updatesPerSecond = 5;

/** Every record of a job so far, and each new one. Leaving the screen stops the following, not the job. */
export function useJobRecords(id: string): readonly JournalRecord[] {
	const d2cm = useD2cm();
	const records = useRef<JournalRecord[]>([]);
	const [shown, setShown] = useState<readonly JournalRecord[]>([]);

	useEffect(() => {
		records.current = [];
		setShown([]);
		let timer: NodeJS.Timeout | undefined;
		const show = () => {
			timer = undefined;
			setShown([...records.current]);
		};
		const stop = d2cm.followJob(id, record => {
			records.current.push(record);
			timer ??= setTimeout(show, 1000 / updatesPerSecond);
		});
		return () => {
			stop();
			clearTimeout(timer);
		};
	}, [d2cm, id]);

	return shown;
}
