import {useEffect, useState} from 'react';
import type {Database} from '../../store/database.js';
import {useD2cm} from './use-d2cm.js';

/** What is defined now, followed as it changes. */
export function useDatabase(): Database {
	const d2cm = useD2cm();
	const [database, setDatabase] = useState(() => d2cm.database());
	useEffect(() => {
		setDatabase(d2cm.database());
		return d2cm.onChange(() => setDatabase(d2cm.database()));
	}, [d2cm]);
	return database;
}
