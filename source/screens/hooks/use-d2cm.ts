import {createContext, useContext} from 'react';
import type {D2cm} from '../../actions/d2cm.js';

export const D2cmContext = createContext<D2cm | undefined>(undefined);

/** Everything a screen can ask for. */
export function useD2cm(): D2cm {
	const d2cm = useContext(D2cmContext);
	if (d2cm === undefined) {
		throw new Error('A screen was drawn outside of the program.');
	}

	return d2cm;
}
