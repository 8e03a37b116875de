import type {JobSummary} from '../../actions/d2cm.js';
import {useD2cm} from './use-d2cm.js';
import {type Polled, usePolled} from './use-polled.js';

/** Every job as it is now. */
export function useJobs(): Polled<readonly JobSummary[]> {
	const d2cm = useD2cm();
	return usePolled('jobs', async () => d2cm.jobs());
}
