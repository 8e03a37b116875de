import {bytesOf, nameOf} from '../host/byte-names.js';
import type {Connection} from './connection.js';
import {ConnectionLostError} from './connection-lost-error.js';
import {RemoteFileError} from './remote-file-error.js';
import {RemoteFileMissingError} from './remote-file-missing-error.js';
import {
	counted,
	type SftpChannel,
	type SftpReply,
	SftpStatusError,
	textAt,
	sftpTypes as types,
	uint32,
	uint64,
} from './sftp-channel.js';

/** The most an OpenSSH server takes or gives in one request. */
export const sftpChunkBytes = 261_120;

const status = {eof: 1, noSuchFile: 2, permissionDenied: 3, failure: 4} as const;

export type SftpStats = {
	readonly kind: 'file' | 'folder' | 'link' | 'other';
	readonly size: number;
	/** Permission bits. */
	readonly mode: number;
	/** In whole seconds. */
	readonly modifiedAt: number;
};

export type SftpEntry = {readonly name: string; readonly stats: SftpStats};

/** What is to become so; what is left out stays. */
export type SftpChanges = {readonly size?: number; readonly mode?: number; readonly modifiedAt?: number};

const openFlags = {r: 0x01, 'r+': 0x03, w: 0x1a, wx: 0x3a} as const;

/** The calls of SFTP as promises that settle when the connection ends, and with our errors. Names are as `nameOf` makes them. */
export class SftpFiles {
	readonly #connection: Connection;
	readonly #open: () => Promise<SftpChannel>;
	#channel: Promise<SftpChannel> | undefined;

	/** The channel is opened when it is first needed. */
	constructor(connection: Connection, open: () => Promise<SftpChannel>) {
		this.#connection = connection;
		this.#open = open;
	}

	/** Follows links. Undefined when there is nothing. */
	async stat(path: string, signal?: AbortSignal): Promise<SftpStats | undefined> {
		return this.#statBy(types.stat, path, signal);
	}

	/** Of a link itself. */
	async statEntry(path: string, signal?: AbortSignal): Promise<SftpStats | undefined> {
		return this.#statBy(types.listStat, path, signal);
	}

	async #statBy(type: number, path: string, signal: AbortSignal | undefined): Promise<SftpStats | undefined> {
		try {
			const {body} = await this.#call(path, type, [named(path)], signal);
			return this.#understood(() => readStats(body, 0).stats);
		} catch (error) {
			if (error instanceof RemoteFileMissingError) {
				return undefined;
			}

			throw error;
		}
	}

	/** What is in a folder; of links themselves. */
	async list(path: string, signal?: AbortSignal): Promise<readonly SftpEntry[]> {
		const folder = await this.#handle(path, types.openFolder, [named(path)], signal);
		try {
			const entries: SftpEntry[] = [];
			for (;;) {
				const {body, type} = await this.#call(path, types.readFolder, [counted(folder)], signal, {eofIsFine: true});
				if (type !== types.name) {
					return entries;
				}

				const names = this.#understood(() => readNames(body));
				entries.push(...names.filter(({name}) => name !== '.' && name !== '..'));
			}
		} finally {
			this.close(path, folder).catch(() => undefined); // Nothing was written.
		}
	}

	async readLink(path: string, signal?: AbortSignal): Promise<string> {
		const {body} = await this.#call(path, types.readLink, [named(path)], signal);
		return this.#understood(() => readNames(body))[0]?.name ?? '';
	}

	/** @throws {RemoteFileError} When something is there. */
	async makeLink(path: string, target: string, signal?: AbortSignal): Promise<void> {
		// OpenSSH has the two the other way round than the draft, and all others have followed it.
		await this.#call(path, types.makeLink, [named(target), named(path)], signal);
	}

	async open(
		path: string,
		mode: keyof typeof openFlags,
		changes: SftpChanges = {},
		signal?: AbortSignal,
	): Promise<Buffer> {
		const fields = [named(path), uint32(openFlags[mode]), attributesOf(changes)];
		return this.#handle(path, types.open, fields, signal);
	}

	async statOpen(path: string, handle: Buffer, signal?: AbortSignal): Promise<SftpStats> {
		const {body} = await this.#call(path, types.statOpen, [counted(handle)], signal);
		return this.#understood(() => readStats(body, 0).stats);
	}

	/** At most so many bytes from there; fewer at the end of the file, none behind it. Into memory of that length, if it is given. */
	async read(
		path: string,
		handle: Buffer,
		offset: number,
		length: number,
		signal?: AbortSignal,
		buffer: Buffer = Buffer.allocUnsafeSlow(length),
	): Promise<Buffer> {
		let filled = 0;
		while (filled < length) {
			const fields = [counted(handle), uint64(offset + filled), uint32(length - filled)];
			const into = buffer.subarray(filled, length);
			const {bytes} = await this.#call(path, types.read, fields, signal, {eofIsFine: true, into});
			if (bytes === 0) {
				break;
			}

			filled += bytes;
		}

		return buffer.subarray(0, filled);
	}

	async write(path: string, handle: Buffer, offset: number, bytes: Buffer, signal?: AbortSignal): Promise<void> {
		await this.#call(path, types.write, [counted(handle), uint64(offset), uint32(bytes.length), bytes], signal);
	}

	async changeOpen(path: string, handle: Buffer, changes: SftpChanges, signal?: AbortSignal): Promise<void> {
		await this.#call(path, types.setOpen, [counted(handle), attributesOf(changes)], signal);
	}

	/** Follows links. */
	async change(path: string, changes: SftpChanges, signal?: AbortSignal): Promise<void> {
		await this.#call(path, types.set, [named(path), attributesOf(changes)], signal);
	}

	async close(path: string, handle: Buffer): Promise<void> {
		await this.#call(path, types.close, [counted(handle)]);
	}

	/** Replaces what is there. */
	async rename(from: string, to: string, signal?: AbortSignal): Promise<void> {
		const fields = [named('posix-rename@openssh.com'), named(from), named(to)];
		await this.#call(to, types.extended, fields, signal);
	}

	async remove(path: string): Promise<void> {
		await this.#call(path, types.remove, [named(path)]);
	}

	/** Makes a folder and its parents, and gives whether it did; one that is there is fine. */
	async makeFolders(path: string, signal?: AbortSignal, mode?: number): Promise<boolean> {
		const isFolder = async () => (await this.stat(path, signal))?.kind === 'folder';
		if (path === '' || (await isFolder())) {
			return false;
		}

		const trimmed = path.replace(/(?<!\/)\/+$/, '');
		const parent = trimmed.slice(0, trimmed.lastIndexOf('/') + 1).replace(/(?<!\/)\/+$/, '');
		await this.makeFolders(parent === '' && path.startsWith('/') ? '/' : parent, signal);
		try {
			const fields = [named(path), attributesOf(mode === undefined ? {} : {mode})];
			await this.#call(path, types.makeFolder, fields, signal);
			return true;
		} catch (error) {
			// Somebody else made it meanwhile.
			if (!(error instanceof RemoteFileError && (await isFolder()))) {
				throw error;
			}

			return false;
		}
	}

	/** An answer that is cut short is none of SFTP, and whoever sends one is not asked again. */
	#understood<Answer>(read: () => Answer): Answer {
		try {
			return read();
		} catch (cause) {
			const reason = 'what it answers is no SFTP: a packet that is too short for what it says';
			this.#connection.end(reason, cause);
			throw new ConnectionLostError(this.#connection.name, reason, {cause});
		}
	}

	async #handle(
		path: string,
		type: number,
		fields: readonly Buffer[],
		signal: AbortSignal | undefined,
	): Promise<Buffer> {
		const {body} = await this.#call(path, type, fields, signal);
		return textAt(body, 0)?.bytes ?? Buffer.alloc(0);
	}

	async #call(
		path: string,
		type: number,
		fields: readonly Buffer[],
		signal?: AbortSignal,
		{eofIsFine = false, into}: {readonly eofIsFine?: boolean; readonly into?: Buffer} = {},
	): Promise<SftpReply> {
		this.#channel ??= this.#open();
		const channel = await this.#channel;
		try {
			return await this.#connection.call<SftpReply>((resolve, reject) => {
				const done = (error: Error | undefined, reply?: SftpReply) => (reply ? resolve(reply) : reject(error as Error));
				channel.request(type, fields, done, into);
			}, signal);
		} catch (error) {
			if (!(error instanceof SftpStatusError)) {
				throw error;
			}

			if (eofIsFine && error.status === status.eof) {
				return {type: types.status, body: Buffer.alloc(0), bytes: 0};
			}

			throw await this.#explain(path, error);
		}
	}

	async #explain(path: string, error: SftpStatusError): Promise<Error> {
		const {name} = this.#connection;
		switch (error.status) {
			case status.noSuchFile:
				return new RemoteFileMissingError(name, path, {cause: error});
			case status.permissionDenied:
				return new RemoteFileError(name, path, 'permission-denied', {cause: error});
			default:
				return new RemoteFileError(name, path, (await this.#isFull(path)) ? 'disk-full' : 'refused', {cause: error});
		}
	}

	/** SFTP has one word for all failures; whether there is room tells the commonest of them. */
	async #isFull(path: string): Promise<boolean> {
		try {
			const channel = await this.#channel;
			const {body} = await this.#connection.call<SftpReply>((resolve, reject) => {
				const parent = path.slice(0, path.lastIndexOf('/') + 1) || '.';
				channel?.request(types.extended, [named('statvfs@openssh.com'), named(parent)], (error, reply) =>
					reply ? resolve(reply) : reject(error as Error),
				);
			});
			// Block size, fragment size, blocks, free blocks, and those that anybody may use.
			return body.readBigUInt64BE(32) === 0n;
		} catch {
			return false; // Only a better word for an error that is thrown anyway.
		}
	}
}

const named = (path: string): Buffer => counted(bytesOf(path));

const has = {size: 0x1, owner: 0x2, mode: 0x4, times: 0x8, extended: 0x8000_0000} as const;

function attributesOf({size, mode, modifiedAt}: SftpChanges): Buffer {
	const flags =
		(size === undefined ? 0 : has.size) |
		(mode === undefined ? 0 : has.mode) |
		(modifiedAt === undefined ? 0 : has.times);
	return Buffer.concat([
		uint32(flags),
		...(size === undefined ? [] : [uint64(size)]),
		...(mode === undefined ? [] : [uint32(mode)]),
		...(modifiedAt === undefined ? [] : [uint32(modifiedAt), uint32(modifiedAt)]),
	]);
}

/** By the type bits of a mode. */
const kinds: Readonly<Record<number, SftpStats['kind']>> = {8: 'file', 4: 'folder', 10: 'link'};

/** @throws {RangeError} When the packet is too short. */
function readStats(packet: Buffer, start: number): {readonly stats: SftpStats; readonly end: number} {
	const flags = packet.readUInt32BE(start);
	let at = start + 4;
	const take = (bytes: number) => {
		at += bytes;
		return at - bytes;
	};
	const size = flags & has.size ? Number(packet.readBigUInt64BE(take(8))) : 0;
	if (flags & has.owner) {
		take(8);
	}

	const mode = flags & has.mode ? packet.readUInt32BE(take(4)) : 0;
	const modifiedAt = flags & has.times ? packet.readUInt32BE(take(8) + 4) : 0;
	if (flags & has.extended) {
		for (let left = 2 * packet.readUInt32BE(take(4)); left > 0; left--) {
			const extension = textAt(packet, at);
			if (!extension) {
				throw new RangeError('The packet is too short for its extensions.');
			}

			at = extension.end;
		}
	}

	return {stats: {kind: kinds[mode >> 12] ?? 'other', size, mode: mode & 0o7777, modifiedAt}, end: at};
}

function readNames(packet: Buffer): readonly SftpEntry[] {
	const entries: SftpEntry[] = [];
	let at = 4;
	for (let left = packet.readUInt32BE(0); left > 0; left--) {
		const name = textAt(packet, at);
		const inWords = name && textAt(packet, name.end);
		if (!inWords) {
			throw new RangeError('The packet is too short for its names.');
		}

		const {stats, end} = readStats(packet, inWords.end);
		entries.push({name: nameOf(name.bytes), stats});
		at = end;
	}

	return entries;
}
