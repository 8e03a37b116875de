import {createHash} from 'node:crypto';
import {type FileHandle, rename} from 'node:fs/promises';
import {nameOf, onDisk} from '../host/byte-names.js';
import {atHome, type HomeTree, makeAlike, openHomeTree, openPart} from './home-tree.js';
import {isSumOf} from './instance-sums.js';
import {isPlainName, remarkOf, specialText} from './list-remote-tree.js';
import {parseSums} from './remote-sums.js';
import type {DownloadSummary, Shell} from './shell.js';
import {shellQuote} from './shell-quote.js';
import {parseTar} from './tar-archive.js';
import {holesOf, pathUnder, type Tree} from './tree.js';
import {isZero} from './zeros.js';

export type BundleItem = {
	readonly remote: string;
	readonly local: string;
	/** Name of a folder in it that is not wanted. */
	readonly without?: string;
};

/** The answer is in memory until it is written. */
const mostBytes = 4 * 1024 * 1024;
const mostFiles = 200;
/** In seconds: the last that SFTP can tell, too. */
const mostTime = 0xffff_ffff;

type Listed = {
	readonly item: BundleItem;
	readonly kind: string;
	readonly size: number;
	readonly holeBytes: number;
	readonly mode: number;
	/** In seconds. */
	readonly modifiedAt: number;
	/** Under the item; empty for itself. */
	readonly relative: string;
	/** Of a link. */
	readonly target: string;
};

/**
Fetches what is small of some files and folders in two round trips and a handful of processes, instead of some for each file.
Every file gets its name when the instance has computed the same sum as we.

@returns What could be had. `Shell.download` can do the rest or say why not: what is large, grows, cannot be read or is not there,
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
		const whole = entries.every(entry => entry.kind !== 'f' || contents.has(remotePath(entry)));
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

	const sums = parseSums(nameOf(result.stdout.subarray(0, end + 1)));
	const members = parseTar(result.stdout.subarray(end + 2)) ?? [];
	const sizes = new Map(files.map(file => [remotePath(file), file.size]));
	// An archive that tells of anything else, or twice of the same, is believed in nothing.
	if (new Set(members.map(({path}) => path)).size < members.length || members.some(({path}) => !sizes.has(path))) {
		return verified;
	}

	for (const {path, content} of members) {
		// What has another size than was listed grows, or was never meant to be small.
		if (content.length === sizes.get(path) && isSumOf(sums.get(path), content)) {
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
	const fields = nameOf(answer).split('\0');
	const isWhole = fields.at(-2) === 'all';
	if ((!isWhole && fields.at(-2) !== 'some') || fields.at(-1) !== '' || fields.length % 3 !== 2) {
		return undefined; // Cut off: there is too much.
	}

	const listed: Listed[] = [];
	for (let index = 0; index + 2 < fields.length; index += 3) {
		const [, kind = '', size, blocks, mode = '', time, start] =
			/^(\w) (\d+) (\d+) (\d+) (\d+)(?:\.\d*)? (.*)$/s.exec(fields[index] ?? '') ?? [];
		const item = items.find(({remote}) => safePath(remote) === start);
		if (!item || !Number.isSafeInteger(Number(size)) || Number(time) > mostTime) {
			return undefined;
		}

		const [relative = '', target = ''] = fields.slice(index + 1);
		if (item.without === undefined || relative.split('/')[0] !== item.without) {
			listed.push({
				item,
				kind,
				size: Number(size),
				holeBytes: holesOf(Number(size), Number(blocks)),
				mode: Number.parseInt(mode, 8) & 0o777,
				modifiedAt: Number(time),
				relative,
				target,
			});
		}
	}

	// Of a folder it is not known what is missing.
	const folders = new Set(isWhole ? [] : listed.filter(({kind}) => kind === 'd').map(({item}) => item));
	return listed.filter(({item}) => !folders.has(item));
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
		const isPlain =
			/^[fd]$/.test(entries.find(({relative}) => relative === '')?.kind ?? '') &&
			entries.every(({kind, relative}) => /^[fdlpscb]$/.test(kind) && isSafe(relative));
		if (isPlain && bytes + size <= mostBytes && files + entries.length <= mostFiles) {
			chosen.push({item, entries});
			bytes += size;
			files += entries.length;
		}
	}

	return chosen;
}

const isSafe = (relative: string): boolean => relative === '' || relative.split('/').every(isPlainName);

async function store(
	item: BundleItem,
	entries: readonly Listed[],
	contents: ReadonlyMap<string, Verified>,
): Promise<DownloadSummary> {
	const tree = treeOf(item, entries);
	const home = await openHomeTree(item.local, tree);
	const files = entries.flatMap(entry => {
		const verified = contents.get(remotePath(entry));
		return entry.kind === 'f' && verified ? [{entry, ...verified}] : [];
	});
	// Side by side: files that are synced at the same time cost the disk little more than one. None goes on behind an error's back.
	const written = await Promise.allSettled(files.map(async ({entry, content}) => write(home, entry, content)));
	for (const outcome of written) {
		if (outcome.status === 'rejected') {
			throw outcome.reason;
		}
	}

	const unlinked = await home.finish();
	const sums = files.map(({entry, sha256}) => ({path: home.name(entry.relative), sha256}));
	const {others, renamed} = home;
	const remarks = [...tree.remarks, ...unlinked];
	return {
		files: files.length,
		bytes: files.reduce((sum, {content}) => sum + content.length, 0),
		sums: sums.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
		...(others.length > 0 && {others}),
		...(renamed.length > 0 && {renamed}),
		...(remarks.length > 0 && {remarks}),
	};
}

function treeOf({remote}: BundleItem, entries: readonly Listed[]): Tree {
	const links = entries.filter(({kind}) => kind === 'l');
	const special = entries.filter(({kind}) => /^[pscb]$/.test(kind));
	return {
		folders: entries.filter(({kind}) => kind === 'd'),
		files: entries.filter(({kind}) => kind === 'f'),
		links,
		unreadable: [],
		remarks: [
			...links.flatMap(link => remarkOf(link, remote)),
			...special.map(({relative}) => ({path: relative, text: specialText})),
		],
	};
}

/** Whole or not at all: an earlier, good copy is only ever replaced by a good one. */
async function write(home: HomeTree, {relative, mode, modifiedAt, holeBytes}: Listed, content: Buffer): Promise<void> {
	const path = home.path(relative);
	const part = home.part(relative);
	await atHome(path, async () => {
		const file = await openPart(part, {fresh: true});
		try {
			await (holeBytes > 0 ? writeWithHoles(file, content) : file.writeFile(content));
			await makeAlike(file, mode | 0o600, modifiedAt);
			// Of an empty one there is nothing to lose: its name lasts once its folder is synced.
			if (content.length > 0) {
				await file.datasync();
			}
		} finally {
			await file.close();
		}

		await rename(onDisk(part), onDisk(path));
	});
}

/** Pages of zeros take no room. */
async function writeWithHoles(file: FileHandle, content: Buffer): Promise<void> {
	const page = 4096;
	await file.truncate(content.length);
	for (let start = 0; start < content.length; ) {
		let end = start;
		while (end < content.length && !isZero(content.subarray(end, end + page))) {
			end += page;
		}

		if (end > start) {
			await file.write(content, start, Math.min(end, content.length) - start, start);
		}

		start = end + page;
	}
}
