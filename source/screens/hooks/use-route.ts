import {createContext, useContext, useMemo, useState} from 'react';
import {type Route, tabOf} from '../route.js';

export type Router = {
	readonly route: Route;
	/** Opens a screen on top of this one. */
	readonly open: (route: Route) => void;
	/** Opens a screen in the place of this one. */
	readonly replace: (route: Route) => void;
	/** Closes this screen; the tab it is of lies below the first one. */
	readonly back: () => void;
	/** Goes to a tab, closing everything that is open on top of the old one. */
	readonly reset: (route: Route) => void;
	/** How many screens are below this one. */
	readonly depth: number;
	/** What a screen left behind for when it is opened again, such as its selection. */
	readonly memory: Map<string, unknown>;
};

export const RouteContext = createContext<Router | undefined>(undefined);

export function useRoute(): Router {
	const router = useContext(RouteContext);
	if (router === undefined) {
		throw new Error('A screen was drawn outside of the program.');
	}

	return router;
}

/** The stack of open screens. */
export function useRouter(first: Route, onChange: () => void): Router {
	const [stack, setStack] = useState<readonly Route[]>([first]);
	const [memory] = useState(() => new Map<string, unknown>());
	return useMemo(() => {
		const change = (update: (old: readonly Route[]) => readonly Route[]) => {
			onChange();
			setStack(update);
		};
		return {
			route: stack.at(-1) ?? first,
			depth: stack.length - 1,
			open: route => change(old => [...old, route]),
			replace: route => change(old => [...old.slice(0, -1), route]),
			back: () => change(old => (old.length > 1 ? old.slice(0, -1) : old.map(only => ({screen: tabOf(only)})))),
			reset: route => change(() => [route]),
			memory,
		};
	}, [stack, memory, first, onChange]);
}
