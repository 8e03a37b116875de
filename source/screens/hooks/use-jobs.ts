import {createContext, useContext} from 'react';
import type {JobSummary} from '../../actions/d2cm.js';
import {useD2cm} from './use-d2cm.js';
import {type Polled, usePolled} from './use-polled.js';

export type Jobs = Polled<readonly JobSummary[]>;

export const JobsContext = createContext<Jobs>({value: undefined, error: undefined, reload: async () => undefined});

/** Every job as it is now. */
export function useJobs(): Jobs {
	return useContext(JobsContext);
}

/** Asks for the jobs again and again, once for all screens. */
export function useJobsPoll(): Jobs {
	const d2cm = useD2cm();
	return usePolled('jobs', async () => d2cm.jobs());
}
