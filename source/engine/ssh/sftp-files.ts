import type {FileEntryWithStats, InputAttributes, OpenMode, SFTPWrapper, Stats} from 'ssh2';
import type {Connection} from './connection.js';
import {ConnectionLostError} from './connection-lost-error.js';
import {RemoteFileError} from './remote-file-error.js';
import {RemoteFileMissingError} from './remote-file-missing-error.js';

/** The most an OpenSSH server takes or gives in one request. */
export const sftpChunkBytes = 261_120;

type Done<T> = (error: (Error & {code?: number | string}) | null | undefined, value?: T) => void;
type Status = Error & {code?: number | string};

const status = {eof: 1, noSuchFile: 2, permissionDenied: 3, failure: 4} as const;

/** The calls of SFTP as promises that settle when the connection ends, and with our errors. */
export class SftpFiles {
	readonly #connection: Connection;
	readonly #open: () => Promise<SFTPWrapper>;
	#channel: Promise<SFTPWrapper> | undefined;

	/** The channel is opened when it is first needed. */
	constructor(connection: Connection, open: () => Promise<SFTPWrapper>) {
		this.#connection = connection;
		this.#open = open;
	}

	/** Follows links. Undefined when there is nothing. */
	async stat(path: string, signal?: AbortSignal): Promise<Stats | undefined> {
		try {
			return await this.#call<Stats>(path, (sftp, done) => sftp.stat(path, done), signal);
		} catch (error) {
			if (error instanceof RemoteFileMissingError) {
				return undefined;
			}

			throw error;
		}
	}

	async list(path: string, signal?: AbortSignal): Promise<readonly FileEntryWithStats[]> {
		return this.#call(path, (sftp, done) => sftp.readdir(path, done), signal);
	}

	async realPath(path: string, signal?: AbortSignal): Promise<string> {
		return this.#call(path, (sftp, done) => sftp.realpath(path, done), signal);
	}

	async open(path: string, mode: OpenMode, attributes: InputAttributes = {}, signal?: AbortSignal): Promise<Buffer> {
		return this.#call(path, (sftp, done) => sftp.open(path, mode, attributes, done), signal);
	}

	async statOpen(path: string, handle: Buffer, signal?: AbortSignal): Promise<Stats> {
		return this.#call(path, (sftp, done) => sftp.fstat(handle, done), signal);
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
			const from = filled;
			const count = await this.#call<number>(
				path,
				(sftp, done) => sftp.read(handle, buffer, from, length - from, offset + from, done),
				signal,
			);
			if (count === 0) {
				break;
			}

			filled += count;
		}

		return buffer.subarray(0, filled);
	}

	async write(path: string, handle: Buffer, offset: number, bytes: Buffer, signal?: AbortSignal): Promise<void> {
		await this.#call<void>(path, (sftp, done) => sftp.write(handle, bytes, 0, bytes.length, offset, done), signal);
	}

	async setMode(path: string, handle: Buffer, mode: number, signal?: AbortSignal): Promise<void> {
		await this.#call<void>(path, (sftp, done) => sftp.fchmod(handle, mode, done), signal);
	}

	async close(path: string, handle: Buffer): Promise<void> {
		await this.#call<void>(path, (sftp, done) => sftp.close(handle, done));
	}

	/** Replaces what is there. */
	async rename(from: string, to: string, signal?: AbortSignal): Promise<void> {
		await this.#call<void>(to, (sftp, done) => sftp.ext_openssh_rename(from, to, done), signal);
	}

	async remove(path: string): Promise<void> {
		await this.#call<void>(path, (sftp, done) => sftp.unlink(path, done));
	}

	/** Makes a folder and its parents; one that is there is fine. */
	async makeFolders(path: string, signal?: AbortSignal): Promise<void> {
		const isFolder = async () => (await this.stat(path, signal))?.isDirectory() === true;
		if (path === '' || (await isFolder())) {
			return;
		}

		const parent = path.replace(/\/*[^/]*\/*$/, '');
		await this.makeFolders(parent === '' && path.startsWith('/') ? '/' : parent, signal);
		try {
			await this.#call<void>(path, (sftp, done) => sftp.mkdir(path, done), signal);
		} catch (error) {
			// Somebody else made it meanwhile.
			if (!(error instanceof RemoteFileError && (await isFolder()))) {
				throw error;
			}
		}
	}

	async #call<T>(path: string, begin: (sftp: SFTPWrapper, done: Done<T>) => void, signal?: AbortSignal): Promise<T> {
		this.#channel ??= this.#open();
		const sftp = await this.#channel;
		try {
			return await this.#connection.call<T>((resolve, reject) => {
				begin(sftp, (error, value) => (error ? reject(error) : resolve(value as T)));
			}, signal);
		} catch (error) {
			throw await this.#explain(path, error as Status);
		}
	}

	async #explain(path: string, error: Status): Promise<Error> {
		const {name} = this.#connection;
		switch (error.code) {
			case status.noSuchFile:
				return new RemoteFileMissingError(name, path, {cause: error});
			case status.permissionDenied:
				return new RemoteFileError(name, path, 'permission-denied', {cause: error});
			case status.failure:
				return new RemoteFileError(name, path, (await this.#isFull(path)) ? 'disk-full' : 'refused', {cause: error});
			default:
				return error.message === 'No response from server'
					? new ConnectionLostError(name, 'it answers no more', {cause: error})
					: error;
		}
	}

	/** SFTP has one word for all failures; whether there is room tells the commonest of them. */
	async #isFull(path: string): Promise<boolean> {
		try {
			const sftp = await this.#channel;
			const {f_bavail: freeBlocks} = await this.#connection.call<{f_bavail: number}>((resolve, reject) => {
				const parent = path.slice(0, path.lastIndexOf('/') + 1) || '.';
				sftp?.ext_openssh_statvfs(parent, (error, info) => (error ? reject(error) : resolve(info)));
			});
			return freeBlocks === 0;
		} catch {
			return false; // Only a better word for an error that is thrown anyway.
		}
	}
}
