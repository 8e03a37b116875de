import {createContext, useContext} from 'react';

/** What may be done with the whole terminal. */
export type TerminalActions = {
	/** Takes away what stands on it, so that all of it is drawn anew. */
	readonly repaint: () => void;
	/** Stops the program until the user's shell lets it go on; the terminal is the shell's by then. */
	readonly stop: () => Promise<void>;
};

export const TerminalContext = createContext<TerminalActions>({repaint: () => undefined, stop: async () => undefined});

export function useTerminal(): TerminalActions {
	return useContext(TerminalContext);
}
