import {createWriteStream} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import {basename, dirname, join, posix} from 'node:path';
import {pipeline} from 'node:stream/promises';
import type {GuestDisk, GuestEdit, GuestStat} from '../guest-disk.js';
import {debugfsName, debugfsPath} from './debugfs-names.js';
import {type ExtendedAttribute, readAttributes} from './extended-attributes.js';
import {GuestEditError} from './guest-edit-error.js';
import {type ExtPlace, inScratch, runDebugfs} from './run-debugfs.js';

const newFile = {mode: 0o644, uid: 0, gid: 0};
const mostSavedBytes = 64 * 1024 * 1024;

/**
Applies edits to an ext file system with debugfs, in order. What is written over keeps its owner, its mode (unless the
edit names one) and its extended attributes; missing parent folders are made. `disk` reads the same file system and is
stale afterwards.

debugfs hands lines to a shell when they say so, so what the guest holds never stands in its script: folders that are there go
by their inode numbers, contents by files of ours, and names are plain (`isPlainName`).

@throws {GuestEditError}
*/
export async function editExt(place: ExtPlace, disk: GuestDisk, edits: readonly GuestEdit[]): Promise<void> {
	const plan = new Plan(place, disk);
	const copied = edits.filter(edit => edit.kind === 'write' || edit.kind === 'save');
	const sources = await Promise.all(copied.map(async edit => followLinks(disk, edit.path)));
	plan.attributes = await readAttributes(place, await inodesOf(disk, sources));
	for (const edit of edits) {
		await plan.add(edit);
	}

	if (plan.commands.length > 0) {
		await runDebugfs(place, plan.commands, {write: true});
	}
}

class Plan {
	readonly commands: string[] = [];
	attributes: ReadonlyMap<string, readonly ExtendedAttribute[]> = new Map();
	/** Paths this plan has made or removed already. */
	readonly #made = new Set<string>();
	readonly #removed = new Set<string>();
	#contents = 0;

	constructor(
		private readonly place: ExtPlace,
		private readonly disk: GuestDisk,
	) {}

	async add(edit: GuestEdit): Promise<void> {
		switch (edit.kind) {
			case 'write': {
				const path = await followLinks(this.disk, edit.path);
				const source = await this.#scratchFile(edit.content);
				const owner = (await this.#fileAt(path)) ?? newFile;
				await this.#put(path, source, {...owner, mode: edit.mode ?? owner.mode}, this.attributes.get(path));
				break;
			}

			case 'save':
				await this.#save(edit.path, edit.as);
				break;
			case 'link':
				await this.#makeParents(edit.path);
				await this.#clear(edit.path);
				await this.#enter(edit.path);
				this.commands.push(`symlink ${leaf(edit.path)} ${debugfsPath(edit.target)}`);
				this.#made.add(edit.path);
				break;
			case 'folder':
				await this.#makeFolder(edit.path);
				if (edit.mode !== undefined) {
					await this.#enter(edit.path);
					this.commands.push(`sif ${leaf(edit.path)} mode ${octal(0o040000 | edit.mode)}`);
				}

				break;
			case 'remove':
				await this.#clear(edit.path);
				break;
		}
	}

	async #save(path: string, as: string): Promise<void> {
		const original = await followLinks(this.disk, path);
		const stat = await this.#fileAt(original);
		if (!stat || (await this.#isThere(as))) {
			return;
		}

		if (stat.size > mostSavedBytes) {
			throw new GuestEditError(`${path} is too large to keep a copy of it.`);
		}

		const source = this.#nextScratch();
		const copy = createWriteStream(join(this.place.scratch, source), {mode: 0o600});
		await pipeline(this.disk.readChunks(original), copy);
		await this.#put(as, source, stat, this.attributes.get(original));
	}

	async #put(
		path: string,
		source: string,
		{mode, uid, gid}: Pick<GuestStat, 'mode' | 'uid' | 'gid'>,
		attributes: readonly ExtendedAttribute[] = [],
	): Promise<void> {
		await this.#makeParents(path);
		await this.#clear(path);
		await this.#enter(path);
		const name = leaf(path);
		this.commands.push(
			`write ${inScratch(this.place, source)} ${name}`,
			`sif ${name} mode ${octal(0o100000 | mode)}`,
			`sif ${name} uid ${uid}`,
			`sif ${name} gid ${gid}`,
			...attributes.map(
				attribute => `ea_set -f ${inScratch(this.place, attribute.valueFile)} ${name} ${attribute.name}`,
			),
		);
		this.#made.add(path);
	}

	async #makeParents(path: string): Promise<void> {
		const parent = dirname(path);
		if (parent !== '/') {
			await this.#makeFolder(parent);
		}
	}

	async #makeFolder(path: string): Promise<void> {
		if (this.#made.has(path)) {
			return;
		}

		const stat = await this.disk.stat(path);
		if (stat && stat.kind !== 'folder') {
			throw new GuestEditError(`${path} is not a folder.`);
		}

		if (!stat) {
			await this.#makeParents(path);
			await this.#enter(path);
			this.commands.push(`mkdir ${leaf(path)}`);
			this.#made.add(path);
		}
	}

	/** Goes to the folder of a path: to the last one that was there by its number, and on by the names of those we make. */
	async #enter(path: string): Promise<void> {
		const ours: string[] = [];
		let folder = dirname(path);
		while (this.#made.has(folder)) {
			ours.unshift(leaf(folder));
			folder = dirname(folder);
		}

		const {inode, kind} = (await this.disk.stat(folder)) ?? {};
		if (inode === undefined || kind !== 'folder') {
			throw new GuestEditError(`${folder} is not a folder.`);
		}

		this.commands.push(`cd <${inode}>`, ...ours.map(name => `cd ${name}`));
	}

	/** Removes a file or link, since debugfs never writes over one. */
	async #clear(path: string): Promise<void> {
		if (!(await this.#isThere(path))) {
			return;
		}

		const isLink = !this.#made.has(path) && (await this.disk.readLink(path)) !== undefined;
		if (!isLink && !this.#made.has(path) && (await this.disk.stat(path))?.kind === 'folder') {
			throw new GuestEditError(`${path} is a folder.`);
		}

		await this.#enter(path);
		this.commands.push(`rm ${leaf(path)}`);
		this.#made.delete(path);
		this.#removed.add(path);
	}

	async #isThere(path: string): Promise<boolean> {
		if (this.#made.has(path)) {
			return true;
		}

		return (
			!this.#removed.has(path) &&
			((await this.disk.readLink(path)) !== undefined || (await this.disk.stat(path)) !== undefined)
		);
	}

	async #fileAt(path: string): Promise<GuestStat | undefined> {
		const stat = await this.disk.stat(path);
		return stat?.kind === 'file' ? stat : undefined;
	}

	async #scratchFile(content: string): Promise<string> {
		const name = this.#nextScratch();
		await writeFile(join(this.place.scratch, name), content, {mode: 0o600});
		return name;
	}

	#nextScratch(): string {
		this.#contents++;
		return `content-${this.#contents}`;
	}
}

const leaf = (path: string): string => debugfsName(basename(path));
const octal = (mode: number): string => `0${mode.toString(8)}`;

/** The path a file is really at, when its own name is a symbolic link to another file. */
async function followLinks(disk: GuestDisk, path: string): Promise<string> {
	let current = path;
	for (let hops = 0; hops < 40; hops++) {
		const target = await disk.readLink(current);
		if (target === undefined) {
			return current;
		}

		current = posix.resolve(dirname(current), target);
	}

	throw new GuestEditError(`${path} is a link that leads nowhere.`);
}

/** The inode number of each path that is a file. */
async function inodesOf(disk: GuestDisk, paths: readonly string[]): Promise<ReadonlyMap<string, number>> {
	const found = new Map<string, number>();
	for (const path of new Set(paths)) {
		const stat = await disk.stat(path);
		if (stat?.kind === 'file') {
			found.set(path, stat.inode);
		}
	}

	return found;
}
