import {randomBytes} from 'node:crypto';
import type {ClientChannel} from 'ssh2';
import type {Connection} from './connection.js';
import {ConnectionLostError} from './connection-lost-error.js';
import {download} from './download.js';
import {KeptSh} from './kept-sh.js';
import {NoSftpError, RootRefusedError} from './login-refused-error.js';
import {type ConnectTiming, openConnection} from './open-connection.js';
import {runRemoteCommand} from './run-remote-command.js';
import {SftpChannel} from './sftp-channel.js';
import {SftpFiles, sftpChunkBytes} from './sftp-files.js';
import type {ConnectShell, Shell} from './shell.js';
import {shellQuote} from './shell-quote.js';
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
		const shell = createShell(connection, sftpOf(connection, [subsystem, program], readyTimeoutMs));
		let root: Shell | undefined;
		return target.user === 'root'
			? shell
			: Object.assign(shell, {
					asRoot() {
						const asRoot = connection.asRoot();
						root ??= createShell(asRoot, sftpOf(asRoot, [program], readyTimeoutMs));
						return root;
					},
				});
	};
}

/** What answers SFTP on a connection, in the order they are tried. */
type Begin = (connection: Connection, begun: (refusal: Error | undefined, stream: ClientChannel) => void) => void;

const sftpOf = (connection: Connection, begins: readonly Begin[], limitMs: number) =>
	new SftpFiles(connection, async () => openSftp(connection, begins, limitMs));

const subsystem: Begin = ({client}, begun) => client.subsys('sftp', begun);

/** The subsystem is always the login user's, and some sshd have none; the program behind it is where distributions put it. */
const program: Begin = (connection, begun) => {
	const places = ['/usr/lib/openssh', '/usr/libexec/openssh', '/usr/libexec', '/usr/lib/ssh', '/usr/lib64/ssh'];
	const script = `for place in ${places.join(' ')}; do [ ! -x $place/sftp-server ] || exec $place/sftp-server; done; exit 127`;
	connection.client.exec(connection.wordsOf(`exec sh -c ${shellQuote(script)}`), begun);
};

/**
@throws {ConnectionLostError} When SFTP does not begin in time: then the connection is of no use and ends.
@throws {NoSftpError} When the login user can have none.
@throws {RootRefusedError} When root can have none.
*/
async function openSftp(connection: Connection, begins: readonly Begin[], limitMs: number): Promise<SftpChannel> {
	const timer = setTimeout(() => connection.end('its SFTP does not begin'), limitMs);
	try {
		let refusal = new SftpRefusal('nothing answers SFTP');
		for (const begin of begins) {
			const channel = await beginSftp(connection, begin);
			if (!(channel instanceof SftpRefusal)) {
				return channel;
			}

			refusal = channel;
		}

		if (connection.isRoot) {
			throw new RootRefusedError(connection.name, `root gets no sftp-server there (${refusal.message})`);
		}

		if (refusal.isFinal) {
			throw new NoSftpError(connection.name, refusal.message, {cause: refusal});
		}

		connection.end('it has no SFTP', refusal);
		throw new ConnectionLostError(connection.name, `its SFTP does not begin (${refusal.message})`, {cause: refusal});
	} finally {
		clearTimeout(timer);
	}
}

/** Why one way to SFTP is closed. */
class SftpRefusal extends Error {
	override readonly name = 'SftpRefusal';

	constructor(
		why: string,
		/** There is no such program, or the login shell runs none. What was killed may run the next time. */
		readonly isFinal = false,
	) {
		super(why);
	}
}

async function beginSftp(connection: Connection, begin: Begin): Promise<SftpChannel | SftpRefusal> {
	return connection.call<SftpChannel | SftpRefusal>(resolve => {
		const refuse = (why: string, isFinal = false) => resolve(new SftpRefusal(why, isFinal));
		begin(connection, (refusal, stream) => {
			if (refusal) {
				refuse(refusal.message);
				return;
			}

			let hasBegun = false;
			stream.once('exit', (code: number | null) => hasBegun || refuse(`exit code ${code}`, code === 127 || code === 1));
			stream.once('close', () => {
				if (hasBegun) {
					connection.end('its SFTP ended'); // Its calls would wait for ever, though the connection lives.
				} else {
					refuse('it ends at once');
				}
			});
			stream.on('error', (error: Error) => connection.end(`its SFTP failed (${error.message})`, error));
			stream.stderr.resume();
			const channel = new SftpChannel(stream, why => connection.end(`its SFTP failed: ${why}`));
			channel.begin(error => {
				hasBegun = error === undefined;
				if (error) {
					refuse(error.message);
				} else {
					resolve(channel);
				}
			});
		});
	});
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
