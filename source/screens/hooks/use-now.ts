import {createContext, useContext, useEffect, useState} from 'react';

/** Tells the time. Tests set it. */
export const NowContext = createContext<() => number>(Date.now);

/** The time, looked at every second while `isRunning`. */
export function useNow(isRunning: boolean): number {
	const now = useContext(NowContext);
	const [time, setTime] = useState(now);
	useEffect(() => {
		setTime(now());
		if (!isRunning) {
			return;
		}

		const timer = setInterval(() => setTime(now()), 1000);
		return () => clearInterval(timer);
	}, [isRunning, now]);
	return time;
}
