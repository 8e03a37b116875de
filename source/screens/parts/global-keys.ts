import {useApp} from 'ink';
import {createContext, useContext} from 'react';
import {useJobs} from '../hooks/use-jobs.js';
import {useRoute} from '../hooks/use-route.js';
import {useTerminal} from '../hooks/use-terminal.js';
import {tabOf, tabs} from '../route.js';
import {isWaiting} from './job-state.js';
import type {KeyBinding} from './key-binding.js';

/** How many jobs a process works on now; said in the header and when leaving. */
export const LiveJobsContext = createContext(0);

/** The keys that work wherever nothing is typed: to the tabs, and out. */
export function useGlobalKeys(): {
	keys: readonly KeyBinding[];
	status: readonly string[];
	quit: KeyBinding;
	terminal: readonly KeyBinding[];
} {
	const {route, reset, depth} = useRoute();
	const {exit, suspendTerminal} = useApp();
	const live = useContext(LiveJobsContext);
	const {repaint, stop} = useTerminal();
	const waiting = (useJobs().value ?? []).filter(isWaiting).length;
	const index = tabs.indexOf(tabOf(route));
	const step = (by: number) => {
		const tab = tabs[(index + by + tabs.length) % tabs.length];
		if (tab !== undefined) reset({screen: tab});
	};

	const quit: KeyBinding = {key: ['q', 'ctrl+c'], label: 'Quit', run: () => exit(live)};
	return {
		keys: [
			{key: ['tab', 'right'], label: 'Next tab', isMinor: depth > 0, isSpare: true, run: () => step(1)},
			{key: ['shift+tab', 'left'], label: 'Previous tab', isMinor: true, run: () => step(-1)},
			{
				key: tabs.map((_tab, at) => String(at + 1)),
				label: 'Go to a tab',
				isMinor: true,
				run: key => reset({screen: tabs[Number(key) - 1] ?? 'deployments'}),
			},
			quit,
		],
		status: [
			...(live === 0 ? [] : [`${live} ${live === 1 ? 'job' : 'jobs'} running`]),
			...(waiting === 0 ? [] : [`${waiting} ${waiting === 1 ? 'waits' : 'wait'} for you`]),
		],
		quit,
		terminal: [
			{key: 'ctrl+l', label: 'Draw the screen anew', isMinor: true, run: repaint},
			{key: 'ctrl+z', label: 'Suspend, until fg', isMinor: true, run: async () => suspendTerminal(stop)},
		],
	};
}
