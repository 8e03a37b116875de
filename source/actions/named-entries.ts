import {UnknownNameError} from './errors/unknown-name-error.js';

type Named = {readonly name: string};

/** Puts an entry in the place of the one with its name, or at the end. */
export function replaceNamed<T extends Named>(entries: T[], entry: T): void {
	const index = entries.findIndex(({name}) => name === entry.name);
	entries.splice(index === -1 ? entries.length : index, 1, entry);
}

/** @throws {UnknownNameError} */
export function removeNamed(what: string, entries: Named[], name: string): void {
	entries.splice(entries.indexOf(findNamed(what, entries, name)), 1);
}

/** @throws {UnknownNameError} */
export function findNamed<T extends Named>(what: string, entries: readonly T[], name: string): T {
	const entry = entries.find(candidate => candidate.name === name);
	if (!entry) {
		throw new UnknownNameError(
			what,
			name,
			entries.map(candidate => candidate.name),
		);
	}

	return entry;
}
