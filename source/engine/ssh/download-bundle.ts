import {createHash} from 'node:crypto';
import {mkdir, open, rename} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {isSumOf} from './instance-sums.js';
import {LocalFileError} from './local-file-error.js';
import {parseSums} from './remote-sums.js';
import type {DownloadSummary, Shell} from './shell.js';
import {shellQuote} from './shell-quote.js';
import {parseTar} from './tar-archive.js';
import {pathUnder} from './tree.js';

export type BundleItem = {
	readonly remote: string;
	readonly local: string;
	/** Name of a folder in it that is not wanted. */
	readonly without?: string;
};

/** The answer is in memory until it is written. */
const mostBytes = 4 * 1024 * 1024;
const mostFiles = 200;

type Listed = {
	readonly item: BundleItem;
	readonly kind: string;
	readonly size: number;
	readonly mode: number;
	/** In seconds. */
	readonly modifiedAt: number;
	/** Under the item; empty for itself. */
	readonly relative: string;
};

/**
Fetches what is small of some files and folders in two round trips and a handful of processes, instead of some for each file.
Every file gets its name when the instance has computed the same sum as we.

@returns What could be had. `Shell.download` can do the rest or say why not: what is large, grows, holds links or is not there,
and all of it where the instance has no GNU tar.
*/
export async function downloadBundle<Item extends BundleItem>(
	shell: Shell,
	items: readonly Item[],
	signal: AbortSignal,
): Promise<ReadonlyMap<Item, DownloadSummary>> {
	const had = new Map<Item, DownloadSummary>();
	if (!shell.script || items.length === 0) {
		return had;
	}

	const answer = await shell.script(listScript(items), {signal});
	const listed = parseList(answer.stdout, items);
	const chosen = chooseSmall(items, listed);
	const files = chosen.flatMap(({entries}) => entries.filter(({kind}) => kind === 'f'));
	const contents = files.length === 0 ? new Map<string, Verified>() : await fetchAll(shell, files, signal);
	for (const {item, entries} of chosen) {
		const whole = entries.every(entry => entry.kind === 'd' || contents.has(remotePath(entry)));
		if (whole) {
			had.set(item, await store(item, entries, contents));
		}
	}

	return had;
}

type Verified = {readonly content: Buffer; readonly sha256: string};

async function fetchAll(
	shell: Shell,
	files: readonly Listed[],
	signal: AbortSignal,
): Promise<ReadonlyMap<string, Verified>> {
	const verified = new Map<string, Verified>();
	const paths = files.map(file => shellQuote(remotePath(file))).join(' ');
	const result = await shell.script?.(`fetch_all ${paths}`, {signal});
	const end = result?.code === 0 ? result.stdout.indexOf('\n\n') : -1;
	if (!result || end < 0) {
		return verified;
	}

	const sums = parseSums(result.stdout.toString('utf8', 0, end + 1));
	for (const {path, content} of parseTar(result.stdout.subarray(end + 2)) ?? []) {
		if (isSumOf(sums.get(path), content)) {
			verified.set(path, {content, sha256: createHash('sha256').update(content).digest('hex')});
		}
	}

	return verified;
}

const listScript = (items: readonly BundleItem[]) =>
	`list_small ${items.map(({remote}) => startPath(remote)).join(' ')}`;

/** A path that find cannot take for an option. */
const startPath = (remote: string) => shellQuote(safePath(remote));
const safePath = (remote: string) => (/^[/.]/.test(remote) ? remote : `./${remote}`);
const remotePath = ({item, relative}: Listed) => pathUnder(safePath(item.remote), relative);

function parseList(answer: Buffer, items: readonly BundleItem[]): readonly Listed[] | undefined {
	const fields = answer.toString('utf8').split('\0');
	if (fields.pop() !== '' || fields.length % 2 !== 0) {
		return undefined; // Cut off: there is too much.
	}

	const listed: Listed[] = [];
	for (let index = 0; index < fields.length; index += 2) {
		const [, kind = '', size, mode = '', time, start] =
			/^(\w) (\d+) (\d+) (\d+)\.?\d* (.*)$/s.exec(fields[index] ?? '') ?? [];
		const item = items.find(({remote}) => safePath(remote) === start);
		if (!item) {
			return undefined;
		}

		const relative = fields[index + 1] ?? '';
		if (item.without === undefined || relative.split('/')[0] !== item.without) {
			listed.push({
				item,
				kind,
				size: Number(size),
				mode: Number.parseInt(mode, 8) & 0o777,
				modifiedAt: Number(time),
				relative,
			});
		}
	}

	return listed;
}

function chooseSmall<Item extends BundleItem>(
	items: readonly Item[],
	listed: readonly Listed[] = [],
): ReadonlyArray<{readonly item: Item; readonly entries: readonly Listed[]}> {
	const chosen: Array<{item: Item; entries: readonly Listed[]}> = [];
	let [bytes, files] = [0, 0];
	for (const item of items) {
		const entries = listed.filter(entry => entry.item === item);
		const size = entries.reduce((sum, entry) => sum + (entry.kind === 'f' ? entry.size : 0), 0);
		const isPlain = entries.length > 0 && entries.every(entry => /^[fd]$/.test(entry.kind) && isSafe(entry.relative));
		if (isPlain && bytes + size <= mostBytes && files + entries.length <= mostFiles) {
			chosen.push({item, entries});
			bytes += size;
			files += entries.length;
		}
	}

	return chosen;
}

/** An instance tells these names: none may lead out of the folder. U+FFFD stands where a name is not UTF-8. */
function isSafe(relative: string): boolean {
	return (
		relative === '' ||
		relative.split('/').every(name => name !== '' && name !== '.' && name !== '..' && !name.includes('\uFFFD'))
	);
}

async function store(
	item: BundleItem,
	entries: readonly Listed[],
	contents: ReadonlyMap<string, Verified>,
): Promise<DownloadSummary> {
	const folders = entries.filter(({kind}) => kind === 'd').map(({relative}) => pathUnder(item.local, relative));
	for (const folder of new Set([dirname(item.local), ...folders])) {
		await local(folder, async () => mkdir(folder, {recursive: true}));
	}

	const files = entries.flatMap(entry => {
		const verified = contents.get(remotePath(entry));
		return entry.kind === 'f' && verified ? [{entry, ...verified}] : [];
	});
	// Side by side: files that are synced at the same time cost the disk little more than one. None goes on behind an error's back.
	const written = await Promise.allSettled(
		files.map(async ({entry, content}) =>
			local(pathUnder(item.local, entry.relative), async () => write(item, entry, content)),
		),
	);
	for (const outcome of written) {
		if (outcome.status === 'rejected') {
			throw outcome.reason;
		}
	}

	const sums = files.map(({entry, sha256}) => ({path: pathUnder(basename(item.local), entry.relative), sha256}));
	return {
		files: files.length,
		bytes: files.reduce((sum, {content}) => sum + content.length, 0),
		sums: sums.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
	};
}

/** Whole or not at all: an earlier, good copy is only ever replaced by a good one. */
async function write(item: BundleItem, {relative, mode, modifiedAt}: Listed, content: Buffer): Promise<void> {
	const path = pathUnder(item.local, relative);
	const mark = createHash('sha256').update(basename(path)).digest('hex').slice(0, 12);
	const part = join(dirname(path), `.d2cm-${mark}.part`);
	const file = await open(part, 'w', 0o600);
	try {
		await file.writeFile(content);
		await file.chmod(mode | 0o600);
		await file.utimes(modifiedAt, modifiedAt);
		// Of an empty one there is nothing to lose: its name lasts once its folder is synced.
		if (content.length > 0) {
			await file.datasync();
		}
	} finally {
		await file.close();
	}

	await rename(part, path);
}

async function local<T>(path: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (cause) {
		throw new LocalFileError(path, {cause});
	}
}
