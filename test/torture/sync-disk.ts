import fs from 'node:fs';
import promises from 'node:fs/promises';
import {syncBuiltinESMExports} from 'node:module';
import {Readable} from 'node:stream';
import type {Platter} from './platter.js';
import {simInputs} from './sim-inputs.js';

/** Told of every local write before it is done; what it gives is awaited, so it can fail, or never come back. */
export type DiskWatch = {
	/** Everything below it is on the simulated disk. */
	readonly folder: string;
	readonly onWrite: (what: string, half: () => void, whole: () => unknown) => Promise<unknown>;
	/** Everything below it is on another disk, where nothing is struck. */
	readonly beside?: string | undefined;
	/** Once the process is dead, nothing it still asks for comes back. */
	readonly isAlive: () => boolean;
	/** Where the power may go. */
	readonly platter?: Platter | undefined;
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
const {createReadStream} = fs;
/** A new one each time: what waits for it is forgotten with it. */
const never = () => new Promise<never>(() => undefined);

type Call = {
	[K in keyof typeof originals]: (typeof originals)[K] extends (...args: never[]) => unknown ? K : never;
}[keyof typeof originals];

/** The real function, for what is not simulated. */
function elsewhere<K extends Call>(call: K): (typeof originals)[K] {
	if (watch) {
		throw new Error(`A simulated run used ${call} of the real disk.`);
	}

	return originals[call];
}

type Path = fs.PathLike;

/** A path in which a name is no UTF-8 comes as bytes. */
const isOurs = (path: unknown): path is string =>
	watch !== undefined && (typeof path === 'string' || Buffer.isBuffer(path)) && String(path).startsWith(watch.folder);

const isBeside = (path: unknown): boolean =>
	watch?.beside !== undefined && typeof path === 'string' && path.startsWith(watch.beside);

async function atOnce(name: string, args: readonly unknown[]): Promise<unknown> {
	return (fs as unknown as Record<string, (...args: readonly unknown[]) => unknown>)[`${name}Sync`]?.(...args);
}

async function write<T>(what: string, whole: () => T, half: () => void = () => undefined): Promise<T> {
	return watch?.isAlive() ? ((await watch.onWrite(what, half, whole)) as T) : never();
}

async function read<T>(look: () => T): Promise<T> {
	return watch?.isAlive() ? look() : never();
}

/**
Replaces the functions of `node:fs/promises` by such as work at once, or refuse to. All that the engine does to this machine's
disk then passes through one place, and no run waits for the real one: the time of the world would go on meanwhile, by the more
the slower this machine is. Files elsewhere (uploads) can be read and not written.
*/
export function simulateDisk(): void {
	const replaced = {
		mkdir: async (path: string, options: fs.MakeDirectoryOptions) =>
			isOurs(path) ? write('mkdir', () => fs.mkdirSync(path, options)) : elsewhere('mkdir')(path, options),
		rename: async (from: string, to: string) =>
			isOurs(from) ? write('rename', () => fs.renameSync(from, to)) : elsewhere('rename')(from, to),
		rm: async (path: string, options: fs.RmOptions) =>
			isOurs(path) ? read(() => fs.rmSync(path, options)) : elsewhere('rm')(path, options),
		readdir: async (path: string) => (isOurs(path) ? read(() => fs.readdirSync(path)) : elsewhere('readdir')(path)),
		readFile: async (path: Path, options: BufferEncoding) =>
			watch ? read(() => inputAt(path) ?? fs.readFileSync(path, options)) : originals.readFile(path, options),
		stat: async (path: string) =>
			watch ? read(() => statsOf(inputAt(path)) ?? fs.statSync(path)) : originals.stat(path),
		lstat: async (path: string, options?: fs.StatOptions) =>
			watch ? read(() => statsOf(inputAt(path)) ?? fs.lstatSync(path, options)) : originals.lstat(path, options),
		access: async (path: string, mode: number) =>
			watch ? read(() => (inputAt(path) ? undefined : fs.accessSync(path, mode))) : originals.access(path, mode),
		realpath: async (path: string, encoding: 'buffer') =>
			watch
				? read(() => (inputAt(path) ? Buffer.from(path) : fs.realpathSync(path, encoding)))
				: originals.realpath(path, encoding),
		open: async (path: string, flags: fs.OpenMode, mode: number) => {
			if (!isOurs(path)) {
				return elsewhere('open')(path, flags, mode);
			}

			const open = () => {
				const isNew = watch?.platter && !fs.existsSync(path);
				const descriptor = fs.openSync(path, flags, mode);
				isNew && watch?.platter?.forget(descriptor);
				return handle(descriptor);
			};
			return flags === 'r' ? read(open) : write('open', open);
		},
	};
	const refused = Object.keys(originals)
		.filter((name): name is Call => typeof originals[name as keyof typeof originals] === 'function')
		.map(name => [name, (...args: never[]) => (elsewhere(name) as (...args: never[]) => unknown)(...args)]);
	const all: Record<string, (...args: never[]) => unknown> = {...Object.fromEntries(refused), ...replaced};
	const asWell = Object.entries(all).map(([name, call]) => [
		name,
		(...args: never[]) => (isBeside(args[0]) ? atOnce(name, args) : call(...args)),
	]);
	Object.assign(promises, Object.fromEntries(asWell));
	Object.assign(fs, {
		createReadStream: (path: Path, options?: Parameters<typeof createReadStream>[1]) => {
			const input = inputAt(path) ?? (isOurs(String(path)) ? fs.readFileSync(path) : undefined);
			return input ? Readable.from(chunksOf(input)) : createReadStream(path, options);
		},
	});
	syncBuiltinESMExports();
}

/** A file that is on no disk. */
const inputAt = (path: Path): Buffer | undefined => (watch ? simInputs.get(String(path)) : undefined);

const statsOf = (input: Buffer | undefined) =>
	input && {
		mode: 0o100_644,
		size: input.length,
		blocks: Math.ceil(input.length / 512),
		mtimeMs: 0,
		isFile: () => true,
		isDirectory: () => false,
		isSymbolicLink: () => false,
	};

function* chunksOf(input: Buffer) {
	for (let from = 0; from < input.length; from += 2 ** 20) {
		yield input.subarray(from, from + 2 ** 20);
	}
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
		sync: async () => write('sync', () => watch?.platter?.sync(descriptor)),
		datasync: async () => write('sync', () => watch?.platter?.sync(descriptor)),
		close: async () => close(),
		[Symbol.asyncDispose]: async () => close(),
	};
}
