import fs from 'node:fs';
import promises from 'node:fs/promises';
import {syncBuiltinESMExports} from 'node:module';

/** Told of every local write before it is done; what it gives is awaited, so it can fail, or never come back. */
export type DiskWatch = {
	/** Everything below it is on the simulated disk. */
	readonly folder: string;
	readonly onWrite: (what: string, half: () => void, whole: () => unknown) => Promise<unknown>;
	/** Once the process is dead, nothing it still asks for comes back. */
	readonly isAlive: () => boolean;
};

let watch: DiskWatch | undefined;
/** A process that dies closes nothing. */
const descriptors = new Set<number>();

export function watchDisk(next: DiskWatch | undefined): void {
	watch = next;
	for (const descriptor of descriptors) {
		fs.closeSync(descriptor);
	}

	descriptors.clear();
}

const originals = {...promises};
const never = new Promise<never>(() => undefined);

type Path = Parameters<typeof promises.readFile>[0];

const isOurs = (path: unknown): path is string =>
	watch !== undefined && typeof path === 'string' && path.startsWith(watch.folder);

async function write<T>(what: string, whole: () => T, half: () => void = () => undefined): Promise<T> {
	return watch?.isAlive() ? ((await watch.onWrite(what, half, whole)) as T) : never;
}

async function read<T>(look: () => T): Promise<T> {
	return watch?.isAlive() ? look() : never;
}

/**
Replaces the functions of `node:fs/promises` that a deployment uses by such as work at once, for files in the watched folder.
All that the engine does to this machine's disk then passes through one place.
*/
export function simulateDisk(): void {
	const replaced = {
		mkdir: async (path: string, options: fs.MakeDirectoryOptions) =>
			isOurs(path) ? write('mkdir', () => fs.mkdirSync(path, options)) : originals.mkdir(path, options),
		rename: async (from: string, to: string) =>
			isOurs(from) ? write('rename', () => fs.renameSync(from, to)) : originals.rename(from, to),
		rm: async (path: string, options: fs.RmOptions) =>
			isOurs(path) ? read(() => fs.rmSync(path, options)) : originals.rm(path, options),
		readFile: async (path: Path, options: BufferEncoding) =>
			isOurs(path) ? read(() => fs.readFileSync(path, options)) : originals.readFile(path, options),
		stat: async (path: string) => (isOurs(path) ? read(() => fs.statSync(path)) : originals.stat(path)),
		open: async (path: string, flags: fs.OpenMode, mode: number) => {
			if (!isOurs(path)) {
				return originals.open(path, flags, mode);
			}

			const open = () => handle(fs.openSync(path, flags, mode));
			return flags === 'r' ? read(open) : write('open', open);
		},
	};
	Object.assign(promises, replaced);
	syncBuiltinESMExports();
}

function handle(descriptor: number) {
	descriptors.add(descriptor);
	const put = (bytes: Buffer, position: number | null) => {
		fs.writeSync(descriptor, bytes, 0, bytes.length, position);
		return {bytesWritten: bytes.length};
	};
	const close = () => {
		if (descriptors.delete(descriptor)) {
			fs.closeSync(descriptor);
		}
	};
	const append = async (content: string | Buffer) => {
		const bytes = Buffer.from(content as string);
		return write(
			'append',
			() => put(bytes, null),
			() => put(bytes.subarray(0, bytes.length / 2), null),
		);
	};
	return {
		readFile: async () => read(() => fs.readFileSync(descriptor)),
		stat: async () => read(() => fs.fstatSync(descriptor)),
		truncate: async (length: number) => read(() => fs.ftruncateSync(descriptor, length)),
		write: async (content: string | Buffer, ...rest: number[]) => {
			const bytes =
				typeof content === 'string' ? Buffer.from(content) : content.subarray(rest[0], (rest[0] ?? 0) + (rest[1] ?? 0));
			const position = (typeof content === 'string' ? rest[0] : rest[2]) ?? null;
			return write(
				'write',
				() => put(bytes, position),
				() => put(bytes.subarray(0, bytes.length / 2), position),
			);
		},
		writeFile: append,
		appendFile: append,
		sync: async () => write('sync', () => undefined),
		datasync: async () => write('sync', () => undefined),
		close: async () => close(),
		[Symbol.asyncDispose]: async () => close(),
	};
}
