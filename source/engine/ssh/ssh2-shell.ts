import {randomBytes} from 'node:crypto';
import type {ClientChannel} from 'ssh2';
import {AppError} from '../errors/app-error.js';
import {CancelledError} from '../errors/cancelled-error.js';
import {awaitGo, BegunCommand, openBegun} from './begun-command.js';
import type {Connection} from './connection.js';
import {ConnectionLostError} from './connection-lost-error.js';
import {download} from './download.js';
import {KeptSh} from './kept-sh.js';
import {LoginShellError, NoSftpError, RootRefusedError} from './login-refused-error.js';
import {type ConnectTiming, openConnection} from './open-connection.js';
import {runRemoteCommand} from './run-remote-command.js';
import {SftpChannel} from './sftp-channel.js';
import {SftpFiles, sftpChunkBytes} from './sftp-files.js';
import type {ConnectShell, Shell} from './shell.js';
import {upload} from './upload.js';

/** Connects by the ssh2 library, with SFTP and an sh on channels that stay open once they are needed. */
export const connectSsh2: ConnectShell = createConnectSsh2();

/** A `connectSsh2` with other patience. */
export function createConnectSsh2({
	readyTimeoutMs = 20_000,
	keepaliveMs = 10_000,
}: Partial<ConnectTiming> = {}): ConnectShell {
	return async (target, signal) => {
		const connection = await openConnection(target, {readyTimeoutMs, keepaliveMs}, signal);
		const shell = createShell(
			connection,
			sftpOf(connection, [bySubsystem, byCommand, aside(bySubsystem)], readyTimeoutMs),
		);
		let root: Shell | undefined;
		return target.user === 'root'
			? shell
			: Object.assign(shell, {
					asRoot() {
						const asRoot = connection.asRoot();
						root ??= createShell(asRoot, sftpOf(asRoot, [byCommand, aside(byCommand)], readyTimeoutMs));
						return root;
					},
				});
	};
}

type Begun = {readonly stream: ClientChannel; readonly isProgram: boolean};
/** One way to an SFTP server. What it rejects with says why it is none. */
type Begin = (connection: Connection) => Promise<Begun>;

const sftpOf = (connection: Connection, ways: readonly Begin[], limitMs: number) =>
	new SftpFiles(connection, async () => openSftp(connection, ways, limitMs));

const bySubsystem: Begin = async connection => {
	const stream = await connection.call<ClientChannel>((resolve, reject) =>
		connection.client.subsys('sftp', (error, channel) => (error ? reject(error) : resolve(channel))),
	);
	return {stream, isProgram: false};
};

const places = ['/usr/lib/openssh', '/usr/libexec/openssh', '/usr/libexec', '/usr/lib/ssh', '/usr/lib64/ssh'];
const servers = places.map(place => `[ -x ${place}/sftp-server ] && exec ${place}/sftp-server`).join('; ');

/**
The program behind the subsystem, where distributions put it: for root, since a subsystem is always the login user's; where sshd has
none; and where the login shell prints something first, which in a subsystem is taken for SFTP.
*/
const byCommand: Begin = async connection => {
	const begun = new BegunCommand(`${awaitGo}; ${servers}; exit 127`);
	const stream = await openBegun(connection, begun);
	if (stream instanceof Error) {
		throw stream;
	}

	stream.write('go\n');
	return {stream, isProgram: true};
};

/** Another try where the server allows no further session on this connection. */
const aside =
	(begin: Begin): Begin =>
	async connection =>
		begin(await connection.aside());

/**
@throws {ConnectionLostError} When there is no SFTP: then the connection is of no use and ends.
@throws {RootRefusedError} When root cannot have one.
@throws {LoginShellError}
@throws {NoSftpError} When there is no program for it.
*/
async function openSftp(connection: Connection, ways: readonly Begin[], limitMs: number): Promise<SftpChannel> {
	let last: Error | undefined;
	for (const begin of ways) {
		try {
			return await beginSftp(connection, begin, limitMs);
		} catch (error) {
			// What answers so plainly answers no other way either.
			if (connection.closed || error instanceof CancelledError || error instanceof AppError) {
				throw connection.isRoot && error instanceof LoginShellError ? noRoot(connection, error.message) : error;
			}

			last = error as Error;
		}
	}

	connection.end(`its SFTP does not begin (${last?.message})`, last);
	throw new ConnectionLostError(connection.name, `its SFTP does not begin (${last?.message})`, {cause: last});
}

const noRoot = ({name}: Connection, why: string) =>
	new RootRefusedError(name, `root gets no sftp-server there (${why})`);

const noServer = (connection: Connection, code: number | null) =>
	connection.isRoot ? noRoot(connection, `exit code ${code}`) : new NoSftpError(connection.name);

async function beginSftp(connection: Connection, begin: Begin, limitMs: number): Promise<SftpChannel> {
	const {stream, isProgram} = await begin(connection);
	let timer: NodeJS.Timeout | undefined;
	try {
		return await connection.call<SftpChannel>((resolve, reject) => {
			timer = setTimeout(() => reject(new Error(`nothing came within ${limitMs / 1000} s`)), limitMs);
			let hasBegun = false;
			const fail = (why: string) => (hasBegun ? connection.end(`its SFTP failed: ${why}`) : reject(new Error(why)));
			stream.once('exit', (code: number | null) => {
				if (!hasBegun) {
					reject(isProgram ? noServer(connection, code) : new Error(`it ended with exit code ${code}`));
				}
			});
			// Its calls would wait for ever, though the connection lives.
			stream.once('close', () => (hasBegun ? connection.end('its SFTP ended') : reject(new Error('it was closed'))));
			stream.on('error', (error: Error) => fail(error.message));
			stream.stderr.resume();
			const channel = new SftpChannel(stream, fail);
			channel.begin(error => {
				hasBegun = error === undefined;
				if (error) {
					reject(error);
				} else {
					resolve(channel);
				}
			});
		});
	} catch (error) {
		stream.close();
		throw error;
	} finally {
		clearTimeout(timer);
	}
}

function createShell(connection: Connection, sftp: SftpFiles): Shell {
	const sh = new KeptSh(connection);
	return {
		get closed() {
			return connection.closed;
		},
		close: () => connection.end('it was closed here'),
		run: async (command, options) => runRemoteCommand(connection, command, options),
		script: async (script, options) => sh.run(script, options),
		whenSaid: async (who, signal) => sh.whenSaid(who, signal),
		async writeFile(path, content, {mode} = {}) {
			const bytes = Buffer.from(content);
			const wanted = mode ?? (await sftp.stat(path))?.mode ?? 0o644;
			const temporary = `${path.slice(0, path.lastIndexOf('/') + 1)}.d2cm-${randomBytes(6).toString('hex')}.new`;
			const handle = await sftp.open(temporary, 'wx', {mode: 0o600});
			try {
				for (let offset = 0; offset < bytes.length; offset += sftpChunkBytes) {
					await sftp.write(temporary, handle, offset, bytes.subarray(offset, offset + sftpChunkBytes));
				}

				await sftp.changeOpen(temporary, handle, {mode: wanted});
				await sftp.close(temporary, handle);
				await sftp.rename(temporary, path);
			} catch (error) {
				// The first error says more than these could. A removed file takes room for as long as it is open.
				await sftp.close(temporary, handle).catch(() => undefined);
				await sftp.remove(temporary).catch(() => undefined);
				throw error;
			}
		},
		async readFile(path) {
			const handle = await sftp.open(path, 'r');
			try {
				const chunks: Buffer[] = [];
				for (let offset = 0; ; ) {
					const chunk = await sftp.read(path, handle, offset, sftpChunkBytes);
					chunks.push(chunk);
					offset += chunk.length;
					if (chunk.length < sftpChunkBytes) {
						return Buffer.concat(chunks);
					}
				}
			} finally {
				sftp.close(path, handle).catch(() => undefined); // Nothing was written.
			}
		},
		async stat(path) {
			const stats = await sftp.stat(path);
			return (
				stats && {
					kind: stats.kind === 'link' ? 'other' : stats.kind,
					size: stats.size,
					mtimeMs: stats.modifiedAt * 1000,
				}
			);
		},
		upload: async (localPath, remotePath, options = {}) => upload(connection, sftp, localPath, remotePath, options),
		download: async (remotePath, localPath, options = {}) => download(connection, sftp, remotePath, localPath, options),
	};
}
