import {createHash, randomBytes} from 'node:crypto';
import {mkdir, open, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {bytesOf, onDisk} from '../host/byte-names.js';

/** The name here of a path under the root; the same one nearly always. */
export type HomeNames = (relative: string) => string;

/** Makes an empty file, or throws what the file system says: EEXIST when it takes the name for one that is there. */
export type TryName = (path: string) => Promise<void>;

/** `own` is its name on the instance, `name` what it would have here. */
type Entry = {readonly folder: string; readonly own: string; readonly name: string};

/**
Finds names here for what comes from an instance. Each keeps its own where this machine's file system can hold it, which is tried
beside the root wherever there is doubt: bytes that are no UTF-8, characters that other systems forbid, very long names. What it
cannot hold is written with `%E9` for a byte. Of names that it takes for one (`README` and `readme` where case is folded), the
first keeps it and the others become `readme~2`. The same paths always give the same names, so a later call goes on with the
files of an earlier one.
*/
export async function homeNames(
	root: string,
	relatives: readonly string[],
	tryName: TryName = createFile,
): Promise<HomeNames> {
	const entries = relatives.filter(relative => relative !== '').map(entryOf);
	const odd = entries.filter(({own}) => isOdd(own));
	if (odd.length === 0 && alikeNames(entries).length === 0) {
		return relative => relative;
	}

	const probe = new Probe(join(dirname(root), `.d2cm-${randomBytes(6).toString('hex')}.probe`), tryName);
	const changed = new Map<string, string>();
	try {
		await probe.begin();
		for (const {folder, own} of odd) {
			if (!(await probe.holds(own))) {
				changed.set(under(folder, own), escaped(own));
			}
		}

		const named = entries.map(entry => ({...entry, name: changed.get(under(entry.folder, entry.own)) ?? entry.own}));
		const taken = new Set(named.map(({folder, name}) => under(folder, folded(name))));
		for (const group of alikeNames(named)) {
			await separate(await probe.folder(), group, taken, changed);
		}
	} finally {
		await probe.end();
	}

	return relative => translated(relative, changed);
}

/** Those that keep their own names come first. */
async function separate(
	isFree: (name: string) => Promise<boolean>,
	group: readonly Entry[],
	taken: ReadonlySet<string>,
	changed: Map<string, string>,
): Promise<void> {
	const rank = ({own, name}: Entry) => `${own === name ? 0 : 1}${own}`;
	for (const {folder, own, name} of group.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))) {
		let [chosen, count] = [name, 1];
		while (!(await isFree(chosen)) || (count > 1 && taken.has(under(folder, folded(chosen))))) {
			chosen = numbered(name, ++count);
		}

		if (chosen !== own) {
			changed.set(under(folder, own), chosen);
		}
	}
}

/** Tries names in a folder of its own, on the file system where they are to lie. */
class Probe {
	readonly #path: string;
	readonly #tryName: TryName;
	readonly #known = new Map<string, boolean>();
	#folders = 0;

	constructor(path: string, tryName: TryName) {
		this.#path = path;
		this.#tryName = tryName;
	}

	async begin(): Promise<void> {
		await mkdir(onDisk(this.#path), {recursive: true});
	}

	async end(): Promise<void> {
		await rm(onDisk(this.#path), {recursive: true, force: true});
	}

	/** Of names with the same odd characters one is tried. */
	async holds(name: string): Promise<boolean> {
		const length = bytesOf(name).length;
		const kind = `${[...new Set(name.match(oddCharacter) ?? [])].join('')} ${length > usualLength ? length : ''}`;
		const known = this.#known.get(kind);
		if (known !== undefined) {
			return known;
		}

		const path = join(this.#path, name);
		const holds = await this.#accepts(path);
		await rm(onDisk(path), {force: true}).catch(() => undefined); // Where it cannot be, it is not.
		this.#known.set(kind, holds);
		return holds;
	}

	/** A folder to put names into, one after the other; says whether that was possible. */
	async folder(): Promise<(name: string) => Promise<boolean>> {
		const path = join(this.#path, `alike-${++this.#folders}`);
		await mkdir(onDisk(path));
		return async name => this.#accepts(join(path, name));
	}

	async #accepts(path: string): Promise<boolean> {
		try {
			await this.#tryName(path);
			return true;
		} catch (error) {
			if (refusals.has((error as NodeJS.ErrnoException).code ?? '')) {
				return false;
			}

			throw error;
		}
	}
}

/** What a file system says to a name that it cannot hold, or has already; exFAT by FUSE that there is no such file. */
const refusals: ReadonlySet<string> = new Set(['EEXIST', 'EISDIR', 'EILSEQ', 'EINVAL', 'ENAMETOOLONG', 'ENOENT']);

const createFile: TryName = async path => (await open(onDisk(path), 'wx', 0o600)).close();

/** No file system of today refuses a shorter name for its length. */
const usualLength = 140;
/** What file systems of Windows and macOS may refuse or change. */
const oddCharacter = /[\p{Cc}\p{Cs}"*:<>?|\\]|[. ]$/gu;

const isOdd = (name: string): boolean => name.search(oddCharacter) >= 0 || Buffer.byteLength(name) > usualLength;

function escaped(name: string): string {
	const plain = name
		.replace(/%/g, '%25')
		.replace(oddCharacter, character =>
			[...bytesOf(character)].map(byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
		);
	if (bytesOf(plain).length <= usualLength) {
		return plain;
	}

	// What is cut off is told apart by a sum of the whole.
	const mark = createHash('sha256').update(bytesOf(name)).digest('hex').slice(0, 8);
	let short = plain.slice(0, usualLength - 20);
	while (Buffer.byteLength(short) > usualLength - 10) {
		short = short.slice(0, -1);
	}

	return `${short.toWellFormed()}~${mark}`;
}

/** `result~2.csv` */
function numbered(name: string, count: number): string {
	const dot = name.lastIndexOf('.');
	const at = dot > 0 ? dot : name.length;
	return `${name.slice(0, at)}~${count}${name.slice(at)}`;
}

/** Names of one folder that some file system may take for one. */
function alikeNames(entries: readonly Entry[]): ReadonlyArray<readonly Entry[]> {
	const groups = new Map<string, Entry[]>();
	for (const entry of entries) {
		const key = under(entry.folder, folded(entry.name));
		const group = groups.get(key) ?? [];
		groups.set(key, group);
		if (group.every(({own}) => own !== entry.own)) {
			group.push(entry);
		}
	}

	return [...groups.values()].filter(({length}) => length > 1);
}

/** Alike for more names than any file system folds: case, forms of Unicode, what is not seen, dots and spaces at the end. */
function folded(name: string): string {
	const base = /^[ -~]*$/.test(name)
		? name.toLowerCase()
		: name
				.normalize('NFKC')
				.replace(/\p{DI}/gu, '')
				.toUpperCase()
				.toLowerCase()
				.normalize('NFKC');
	return base.replace(/(?<![. ])[. ]+$/, '');
}

function entryOf(relative: string): Entry {
	const slash = relative.lastIndexOf('/');
	const own = relative.slice(slash + 1);
	return {folder: relative.slice(0, Math.max(0, slash)), own, name: own};
}

const under = (folder: string, name: string) => (folder === '' ? name : `${folder}/${name}`);

function translated(relative: string, changed: ReadonlyMap<string, string>): string {
	if (changed.size === 0 || relative === '') {
		return relative;
	}

	const names = relative.split('/');
	return names.map((name, index) => changed.get(names.slice(0, index + 1).join('/')) ?? name).join('/');
}
