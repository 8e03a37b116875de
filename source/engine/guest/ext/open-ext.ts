import type {BlockSource} from '../../images/block-source.js';
import type {GuestDisk, GuestStat} from '../guest-disk.js';
import {DamagedFileSystemError} from './damaged-file-system-error.js';
import {ExtVolume} from './ext-volume.js';
import {fileRuns} from './file-runs.js';
import {type FolderEntry, folderEntries} from './folder-entries.js';
import {inlineData} from './inline-data.js';
import type {Inode} from './inode.js';
import type {Superblock} from './superblock.js';

const rootInode = 2;
const mostHops = 40;
const mostFolderBytes = 16 * 1024 * 1024;
const mostLinkBytes = 4096;
const chunkBytes = 1024 * 1024;
const mostRememberedInodes = 4096;
/** Folders kept in memory: at most this many, of at most this size. */
const mostRememberedFolders = 16;
const mostRememberedFolderBytes = 256 * 1024;

export type ExtDisk = GuestDisk & {readonly superblock: Superblock};

/**
Opens the ext2, ext3 or ext4 file system that starts at a byte of a disk. Reading does not replay the journal.

@throws {DamagedFileSystemError | UnsupportedFileSystemError} Also from every method of the result.
*/
export async function openExt(source: BlockSource, startBytes: number): Promise<ExtDisk> {
	return new OpenExt(await ExtVolume.open(source, startBytes));
}

class OpenExt implements ExtDisk {
	readonly #inodes = new Map<number, Inode>();
	/** Inode numbers by name, by the folder's own number. */
	readonly #folders = new Map<number, Map<string, number>>();

	constructor(private readonly volume: ExtVolume) {}

	get fileSystem(): string {
		return this.superblock.fileSystem;
	}

	get uuid(): string {
		return this.superblock.uuid;
	}

	get superblock(): Superblock {
		return this.volume.superblock;
	}

	async stat(path: string): Promise<GuestStat | undefined> {
		const inode = await this.#find(path, {follow: true});
		return inode && statOf(inode);
	}

	async readFile(path: string, mostBytes = chunkBytes): Promise<Buffer | undefined> {
		const inode = await this.#find(path, {follow: true});
		if (inode?.kind !== 'file') {
			return undefined;
		}

		const chunks: Buffer[] = [];
		for await (const chunk of this.#chunks(inode, Math.min(mostBytes, inode.size))) {
			chunks.push(chunk);
		}

		return Buffer.concat(chunks);
	}

	async *readChunks(path: string): AsyncIterable<Buffer> {
		const inode = await this.#find(path, {follow: true});
		if (inode?.kind === 'file') {
			yield* this.#chunks(inode, inode.size);
		}
	}

	async list(path: string): Promise<readonly string[]> {
		const inode = await this.#find(path, {follow: true});
		const names: string[] = [];
		if (inode?.kind === 'folder') {
			for await (const entries of this.#entries(inode)) {
				names.push(...entries.map(({name}) => name));
			}
		}

		return names;
	}

	async readLink(path: string): Promise<string | undefined> {
		const inode = await this.#find(path, {follow: false});
		return inode?.kind === 'link' ? this.#readTarget(inode) : undefined;
	}

	/** Walks a path from the root. Undefined when something on the way is not there, or links run in a circle. */
	async #find(path: string, {follow}: {follow: boolean}): Promise<Inode | undefined> {
		const trail: Inode[] = [await this.#readInode(rootInode)];
		const names = splitPath(path);
		for (let hops = 0; names.length > 0; ) {
			const name = names.shift() ?? '';
			const folder = trail.at(-1);
			if (folder?.kind !== 'folder') {
				return undefined;
			}

			if (name === '..') {
				trail.splice(Math.max(1, trail.length - 1));
				continue;
			}

			const number = await this.#lookUp(folder, name);
			if (number === 0) {
				return undefined;
			}

			const inode = await this.#readInode(number);
			if (inode.kind !== 'link' || (names.length === 0 && !follow)) {
				trail.push(inode);
				continue;
			}

			if (++hops > mostHops) {
				return undefined;
			}

			const target = await this.#readTarget(inode);
			names.unshift(...splitPath(target));
			if (target.startsWith('/')) {
				trail.splice(1);
			}
		}

		return trail.at(-1);
	}

	/** The inode number of a name in a folder; 0 when it is not there. */
	async #lookUp(folder: Inode, name: string): Promise<number> {
		if (folder.size > mostRememberedFolderBytes) {
			for await (const entries of this.#entries(folder)) {
				const found = entries.find(entry => entry.name === name);
				if (found) {
					return found.inode;
				}
			}

			return 0;
		}

		const names = this.#folders.get(folder.number) ?? new Map<string, number>();
		if (!this.#folders.has(folder.number)) {
			for await (const entries of this.#entries(folder)) {
				for (const entry of entries) {
					names.set(entry.name, entry.inode);
				}
			}

			this.#folders.set(folder.number, names);
			const [oldest = 0] = this.#folders.keys();
			if (this.#folders.size > mostRememberedFolders) {
				this.#folders.delete(oldest);
			}
		}

		return names.get(name) ?? 0;
	}

	async #readInode(number: number): Promise<Inode> {
		const known = this.#inodes.get(number);
		if (known) {
			return known;
		}

		if (this.#inodes.size >= mostRememberedInodes) {
			this.#inodes.clear();
		}

		const inode = await this.volume.readInode(number);
		this.#inodes.set(number, inode);
		return inode;
	}

	async #readTarget(inode: Inode): Promise<string> {
		if (inode.size > mostLinkBytes) {
			throw new DamagedFileSystemError(`the symbolic link in inode ${inode.number} has ${inode.size} bytes`);
		}

		// Short targets stand where the block pointers would be.
		if (inode.size < 60 && !inode.usesExtents && !inode.hasInlineData) {
			return inode.body.toString('utf8', 0, inode.size);
		}

		const chunks: Buffer[] = [];
		for await (const chunk of this.#chunks(inode, inode.size)) {
			chunks.push(chunk);
		}

		return Buffer.concat(chunks).toString('utf8');
	}

	/** The entries of a folder, block by block. */
	async *#entries(folder: Inode): AsyncGenerator<readonly FolderEntry[]> {
		if (folder.hasInlineData) {
			const [first, rest] = inlineData(folder);
			// The first four bytes are the number of the parent folder.
			yield [...folderEntries(first.subarray(4))];
			yield [...folderEntries(rest)];
			return;
		}

		if (folder.size > mostFolderBytes) {
			throw new DamagedFileSystemError(`the folder in inode ${folder.number} claims ${folder.size} bytes`);
		}

		const {blockBytes} = this.superblock;
		const blocks = Math.ceil(folder.size / blockBytes);
		for await (const {logical, physical, count} of fileRuns(this.volume, folder, blocks)) {
			const end = physical + Math.min(count, blocks - logical);
			for (let block = physical; block < end; block++) {
				yield [...folderEntries(await this.volume.read(block, 0, blockBytes))];
			}
		}
	}

	/** The first bytes of a file, holes as zeros. */
	async *#chunks(inode: Inode, length: number): AsyncGenerator<Buffer> {
		if (inode.hasInlineData) {
			yield Buffer.concat(inlineData(inode)).subarray(0, length);
			return;
		}

		const {blockBytes} = this.superblock;
		let done = 0;
		if (length > 0) {
			for await (const {logical, physical, count} of fileRuns(this.volume, inode, Math.ceil(length / blockBytes))) {
				const start = logical * blockBytes;
				yield* zeros(Math.min(start, length) - done);
				done = Math.max(done, Math.min(start, length));
				const end = Math.min(start + count * blockBytes, length);
				while (done < end) {
					const part = Math.min(chunkBytes, end - done);
					yield await this.volume.read(physical, done - start, part);
					done += part;
				}

				if (done >= length) {
					return;
				}
			}
		}

		yield* zeros(length - done);
	}
}

const statOf = ({number, kind, mode, uid, gid, size}: Inode): GuestStat => ({
	inode: number,
	kind,
	mode,
	uid,
	gid,
	size,
});

function* zeros(count: number): Generator<Buffer> {
	for (let left = count; left > 0; left -= chunkBytes) {
		yield Buffer.alloc(Math.min(left, chunkBytes));
	}
}

function splitPath(path: string): string[] {
	return path.split('/').filter(name => name !== '' && name !== '.');
}
