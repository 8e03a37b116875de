import {GuestEditError} from '../edit/guest-edit-error.js';
import type {GuestDisk, GuestEdit} from '../guest-disk.js';
import {savedAs} from './saved-as.js';

/**
Edits that change a text file, its original kept beside it; none when it is not there or right already.

@throws {GuestEditError} When only its beginning can be read: the rest would be lost.
*/
export async function rewrite(
	disk: GuestDisk,
	path: string,
	change: (text: string) => string,
): Promise<readonly GuestEdit[]> {
	const original = await disk.readFile(path);
	if (original === undefined) {
		return [];
	}

	if (((await disk.stat(path))?.size ?? 0) > original.length) {
		throw new GuestEditError(`${path} is larger than any that a machine needs.`);
	}

	const text = original.toString('latin1');
	const changed = change(text);
	return changed === text
		? []
		: [
				{kind: 'save', path, as: savedAs(path)},
				{kind: 'write', path, content: Buffer.from(changed, 'latin1').toString('utf8')},
			];
}

/** Edits that put a file aside. */
export function putAside(path: string): readonly GuestEdit[] {
	return [
		{kind: 'save', path, as: savedAs(path)},
		{kind: 'remove', path},
	];
}
