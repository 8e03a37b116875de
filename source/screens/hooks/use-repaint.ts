import {createContext, useContext} from 'react';

/** Takes away what stands on the terminal, so that all of it is drawn anew. */
export const RepaintContext = createContext<() => void>(() => undefined);

export function useRepaint(): () => void {
	return useContext(RepaintContext);
}
