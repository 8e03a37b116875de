import type {Remark} from './tree.js';

/** A kept connection to one instance: commands by SSH, files by SFTP. */
export interface Shell {
	/**
	Runs one command with the login shell and waits for its end.

	@throws {ConnectionLostError} When the connection ends before the command does; whether it ran is then unknown.
	@throws {CommandTimedOutError} When it takes longer than `timeoutMs`. It may go on for a while, as after an abort.
	*/
	run(command: string, options?: RunCommandOptions): Promise<CommandResult>;

	/**
	Runs a script of ours with sh, in the login user's home, on an sh that is kept, which knows `shLibrary`: costs no session and no
	login shell. One after the other, so nothing that takes long. Left out where it makes no difference.

	@throws {ConnectionLostError} When the connection ends before the script does; whether it ran is then unknown.
	@throws {CommandTimedOutError}
	*/
	script?(script: string, options?: ScriptOptions): Promise<ScriptResult>;

	/**
	What a daemon that such a script began says by itself, as a line `WHAT WHO` on file descriptor 4. Never settles where nothing is
	said, or the connection is another one by now: it spares waiting, not asking.
	*/
	whenSaid?(who: string, signal: AbortSignal): Promise<string>;

	/**
	The same connection, where root does everything, by way of the login user's sudo; files, too. Left out where the login user is root.
	What it does fails where sudo asks for a password.
	*/
	asRoot?(): Shell;

	/** Writes a whole file at once (temporary name, then rename). */
	writeFile(path: string, content: string | Uint8Array, options?: {readonly mode?: number}): Promise<void>;

	/** @throws {RemoteFileMissingError} */
	readFile(path: string): Promise<Buffer>;

	/** What stands at a path, or undefined when nothing does. Follows links. */
	stat(path: string): Promise<RemoteStat | undefined>;

	/**
	Copies a local file or folder (with all in it) to the path given; parent folders are made. Links, modes, times and holes arrive
	as they are. Verified by SHA-256.
	*/
	upload(localPath: string, remotePath: string, options?: UploadOptions): Promise<TransferSummary>;

	/**
	Copies a remote file or folder to the local path given. Resumes what an earlier call left, and verifies every file by
	the SHA-256 computed on the instance. Links come as links, and names as they are wherever this machine can hold them.

	@throws {RemoteFileMissingError}
	*/
	download(remotePath: string, localPath: string, options?: TransferOptions): Promise<DownloadSummary>;

	/** Ends the connection. */
	close(): void;

	readonly closed: boolean;
}

/** Connects; throws ConnectionLostError (may be tried again) or HostKeyError and LoginRefusedError (may not). */
export type ConnectShell = (target: ShellTarget, signal?: AbortSignal) => Promise<Shell>;

export type ShellTarget = {
	/** For messages: `master-1`. */
	readonly name: string;
	readonly host: string;
	readonly port: number;
	readonly user: string;
	/** OpenSSH private key, PEM text. */
	readonly privateKey: string;
	/** The public host keys that are accepted, as `ssh-ed25519 AAAA...`. Never empty. */
	readonly hostKeys: readonly string[];
};

export type RunCommandOptions = {
	/** Written to its standard input; of text, names are as `nameOf` makes them. */
	readonly input?: string;
	/** Told what it writes to its standard output, as it comes. */
	readonly onOutput?: (text: string) => void;
	readonly timeoutMs?: number;
	readonly signal?: AbortSignal;
};

export type CommandResult = {readonly code: number; readonly stdout: string; readonly stderr: string};

export type ScriptOptions = {
	/** Its standard input; empty when left out. */
	readonly input?: Uint8Array;
	/** It is short, has no effect on later ones, and needs neither `exit` nor errors: costs no process. */
	readonly inPlace?: boolean;
	readonly timeoutMs?: number;
	readonly signal?: AbortSignal;
};

export type ScriptResult = {readonly code: number; readonly stdout: Buffer; readonly stderr: string};

export type RemoteStat = {readonly kind: 'file' | 'folder' | 'other'; readonly size: number; readonly mtimeMs: number};

export type TransferOptions = {
	readonly signal?: AbortSignal;
	readonly onProgress?: (progress: {readonly bytes: number; readonly totalBytes: number}) => void;
};

export type UploadOptions = TransferOptions & {
	/** Files that need not be brought, relative to the path given. */
	readonly without?: ReadonlySet<string>;
};

export type TransferSummary = {
	readonly files: number;
	readonly bytes: number;
	/** What a user should know, of paths relative to the one given: what was left out, leads elsewhere, or was gone. */
	readonly remarks?: readonly Remark[];
};

export type DownloadSummary = TransferSummary & {
	/** Every file that was downloaded, relative to the local path's parent folder, with its SHA-256 in hex. */
	readonly sums: ReadonlyArray<{readonly path: string; readonly sha256: string}>;
	/** Links and folders that came, relative to the local path's parent folder. */
	readonly others?: readonly string[];
	/** What is there and could not be had, though all the rest is here. */
	readonly missing?: readonly Remark[];
	/** What has another name here, because this machine's file system cannot hold its own. */
	readonly renamed?: readonly Renamed[];
};

export type Renamed = {
	/** Relative to the local path's parent folder. */
	readonly path: string;
	/** On the instance, relative to the path given. */
	readonly remote: string;
};
