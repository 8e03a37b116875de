import {readdir} from 'node:fs/promises';
import {homedir} from 'node:os';
import {basename, dirname, join, resolve} from 'node:path';

/** `~` is the home folder, as in a shell. */
export function expandHome(path: string): string {
	const trimmed = path.trim();
	return trimmed === '~' || trimmed.startsWith('~/') ? join(homedir(), trimmed.slice(1)) : trimmed;
}

/** The path as it is kept: absolute, whatever folder D2CM is started in later. */
export function absolutePath(path: string): string {
	return resolve(expandHome(path));
}

export type Completion = {
	/** What was typed, as far as it can only go on in one way. */
	readonly text: string;
	/** Names it can go on with; folders end in a slash. */
	readonly candidates: readonly string[];
};

/** Completes a path as shells do. A folder that cannot be read completes to nothing. */
export async function completePath(typed: string): Promise<Completion> {
	const folder = typed.endsWith('/')
		? typed
		: dirname(typed) === '.' && !typed.startsWith('./')
			? ''
			: `${dirname(typed)}/`;
	const start = typed.endsWith('/') ? '' : basename(typed);
	const shownFolder = folder === '//' ? '/' : folder;
	const names = await namesIn(expandHome(shownFolder === '' ? '.' : shownFolder));
	const candidates = names.filter(name => name.startsWith(start) && (start.startsWith('.') || !name.startsWith('.')));
	const common = candidates.reduce((left, right) => commonStart(left, right), candidates[0] ?? start);
	return {text: candidates.length === 0 ? typed : shownFolder + common, candidates};
}

async function namesIn(folder: string): Promise<readonly string[]> {
	try {
		const entries = await readdir(folder, {withFileTypes: true});
		return entries.map(entry => (entry.isDirectory() ? `${entry.name}/` : entry.name)).toSorted();
	} catch {
		// Completion is a help and never a judge: the check of the field says what is wrong with the path.
		return [];
	}
}

function commonStart(left: string, right: string): string {
	let length = 0;
	while (length < left.length && left[length] === right[length]) length += 1;
	return left.slice(0, length);
}
