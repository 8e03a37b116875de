import fs from 'node:fs';
import {join} from 'node:path';
import {nameOf, onDisk} from '../../source/engine/host/byte-names.js';

type Tree = ReadonlyMap<string, Buffer | Tree>;

/**
What a disk keeps when the power goes: of a file what it held when it was last synced, under the names that its folder had when that
was. Stricter than any file system: nothing is taken along by syncing something else.
*/
export class Platter {
	/** By inode. */
	readonly #contents = new Map<number, Buffer>();
	readonly #names = new Map<number, ReadonlyMap<string, {readonly inode: number; readonly isFolder: boolean}>>();

	/** A file or folder that is new may have the number of one that is gone. */
	forget(descriptor: number): void {
		this.#contents.delete(fs.fstatSync(descriptor).ino);
	}

	sync(descriptor: number): void {
		const path = `/proc/self/fd/${descriptor}`;
		const {ino} = fs.fstatSync(descriptor);
		if (!fs.fstatSync(descriptor).isDirectory()) {
			this.#contents.set(ino, fs.readFileSync(path));
			return;
		}

		const entries = fs.readdirSync(path, 'buffer').map(bytes => {
			const name = nameOf(bytes);
			const stats = fs.statSync(onDisk(join(path, name)));
			return [name, {inode: stats.ino, isFolder: stats.isDirectory()}] as const;
		});
		this.#names.set(ino, new Map(entries));
	}

	/** The power goes, and comes again. */
	lose(folder: string): void {
		const kept = this.#tree(fs.statSync(folder).ino);
		for (const name of fs.readdirSync(folder)) {
			fs.rmSync(join(folder, name), {recursive: true});
		}

		this.#contents.clear();
		this.#names.clear();
		this.#restore(folder, kept);
	}

	#tree(inode: number): Tree {
		const entries = [...(this.#names.get(inode) ?? [])].map(([name, entry]) => {
			const file = this.#contents.get(entry.inode) ?? Buffer.alloc(0);
			return [name, entry.isFolder ? this.#tree(entry.inode) : file] as const;
		});
		return new Map(entries);
	}

	#restore(folder: string, tree: Tree): void {
		for (const [name, entry] of tree) {
			const path = join(folder, name);
			if (entry instanceof Map) {
				fs.mkdirSync(onDisk(path), {mode: 0o700});
				this.#restore(path, entry);
			} else {
				fs.writeFileSync(onDisk(path), entry as Buffer, {mode: 0o600});
				this.#syncAt(path);
			}
		}

		this.#syncAt(folder);
	}

	#syncAt(path: string): void {
		const descriptor = fs.openSync(onDisk(path), 'r');
		this.sync(descriptor);
		fs.closeSync(descriptor);
	}
}
