import {createContext, useContext} from 'react';
import {type Look, unicode} from './look-for.js';

export {type Look, lookFor} from './look-for.js';

export const LookContext = createContext<Look>({...unicode, hasColor: true, isAscii: false});

export function useLook(): Look {
	return useContext(LookContext);
}
