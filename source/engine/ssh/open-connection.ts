import {connect, type Socket} from 'node:net';
import ssh2, {type KexAlgorithm, type ServerHostKeyAlgorithm} from 'ssh2';
import {CancelledError} from '../errors/cancelled-error.js';
import {Connection} from './connection.js';
import {ConnectionLostError} from './connection-lost-error.js';
import {HostKeyError} from './host-key-error.js';
import {keepCipherKeys} from './keep-cipher-keys.js';
import {LoginRefusedError} from './login-refused-error.js';
import type {ShellTarget} from './shell.js';

export type ConnectTiming = {
	/** From the first packet to the accepted login. */
	readonly readyTimeoutMs: number;
	/** A connection without any answer ends after three of these and one more. */
	readonly keepaliveMs: number;
};

/**
Connects and logs in, with the pinned host keys only. That something accepts the TCP connection is no success yet: QEMU's port
forwarding does it before the guest has an sshd.

@throws {HostKeyError}
@throws {LoginRefusedError}
@throws {ConnectionLostError}
@throws {CancelledError}
*/
export async function openConnection(
	target: ShellTarget,
	timing: ConnectTiming,
	signal?: AbortSignal,
): Promise<Connection> {
	const {readyTimeoutMs, keepaliveMs} = timing;
	if (signal?.aborted) {
		throw new CancelledError('Connecting');
	}

	const pinned = target.hostKeys.map(line => line.trim().split(/\s+/));
	const client = new ssh2.Client();
	const connection = new Connection(target.name, client, async () => openConnection(target, timing));

	return new Promise((resolve, reject) => {
		let refusedKey: string | undefined;
		const socket = openSocket(target);
		let said = '';
		// What ssh2 makes of it says little where there is no SSH server, as behind a proxy.
		const hear = (chunk: Buffer) => {
			said += chunk.toString('latin1', 0, 300 - said.length);
		};
		socket.on('data', hear);
		const reason = (why: string) => strangeAnswer(said) ?? why;
		const fail = (error: Error) => {
			clearTimeout(timer);
			signal?.removeEventListener('abort', cancel);
			reject(error);
			client.destroy();
		};
		const cancel = () => fail(new CancelledError('Connecting'));
		const expire = () =>
			fail(new ConnectionLostError(target.name, reason(`${lastStep(said)} within ${readyTimeoutMs / 1000} s`)));
		const timer = setTimeout(expire, readyTimeoutMs);
		signal?.addEventListener('abort', cancel, {once: true});

		// The listener stays: a second error may follow the first, and an unheard one would end the process.
		client.on('error', (error: Error & {level?: string}) => {
			if (refusedKey !== undefined) {
				fail(new HostKeyError(target.name, `${target.host}:${target.port}`, refusedKey));
			} else if (error.level === 'client-authentication') {
				fail(new LoginRefusedError(target.name, target.user, {cause: error}));
			} else {
				fail(new ConnectionLostError(target.name, reason(error.message), {cause: error}));
				connection.end(error.message, error);
			}
		});
		client.on('close', () => {
			fail(new ConnectionLostError(target.name, reason('it was closed before the login')));
			connection.end('the other side closed it');
		});
		client.once('ready', () => {
			clearTimeout(timer);
			signal?.removeEventListener('abort', cancel);
			socket.off('data', hear);
			keepCipherKeys(client);
			resolve(connection);
		});

		try {
			client.connect({
				sock: socket,
				username: target.user,
				privateKey: target.privateKey,
				authHandler: ['publickey'],
				readyTimeout: 0,
				keepaliveInterval: keepaliveMs,
				keepaliveCountMax: 3,
				algorithms: {
					kex: keyExchanges,
					serverHostKey: hostKeyAlgorithms(pinned.map(([type = '']) => type)),
				},
				hostVerifier(key: Buffer) {
					const isPinned = pinned.some(([, blob = '']) => key.equals(Buffer.from(blob, 'base64')));
					refusedKey = isPinned ? undefined : publicKeyLine(key);
					return isPinned;
				},
			});
		} catch (error) {
			fail(new LoginRefusedError(target.name, target.user, {cause: error}));
		}
	});
}

/** Says what answers in the place of an SSH server, which begins with its version, or with lines before that. */
function strangeAnswer(said: string): string | undefined {
	const [first = ''] = said.split(/\r?\n/);
	const isWhole = first.length < said.length || first.length >= 255;
	const isSsh = /^SSH-/m.test(said) || !isWhole || !/^(?:HTTP\/|<|\d{3}[ -])/i.test(first);
	return isSsh
		? undefined
		: `what answers is no SSH server: it says “${first.replaceAll(/[^\x20-\x7e]/g, '').slice(0, 80)}”`;
}

const lastStep = (said: string) =>
	said === ''
		? 'it takes the connection and says nothing'
		: /^SSH-/m.test(said)
			? 'no login'
			: 'no word of an SSH server';

/** A key as it comes over the wire begins with the length and the name of its type. */
const publicKeyLine = (key: Buffer): string =>
	`${key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1')} ${key.toString('base64')}`;

/**
Nagle's algorithm would double the time of the handshake and cost 40 ms a command. ssh2 writes each packet in three pieces; those of
one turn go out together.
*/
function openSocket({host, port}: ShellTarget): Socket {
	const socket = connect({host, port, noDelay: true});
	const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
	let isCorked = false;
	socket.write = (...args: unknown[]) => {
		if (!isCorked) {
			isCorked = true;
			socket.cork();
			process.nextTick(() => {
				isCorked = false;
				socket.uncork();
			});
		}

		return write(...args);
	};
	return socket;
}

/**
Equally strong. Both sides leave the first to OpenSSL, which computes it in assembler; curve25519 is an sshd's own code, in plain C,
and costs an instance 4 ms more.
*/
const keyExchanges: KexAlgorithm[] = ['ecdh-sha2-nistp256', 'curve25519-sha256', 'curve25519-sha256@libssh.org'];

const knownAlgorithms: readonly ServerHostKeyAlgorithm[] = [
	'ssh-ed25519',
	'ecdsa-sha2-nistp256',
	'ecdsa-sha2-nistp384',
	'ecdsa-sha2-nistp521',
	'rsa-sha2-512',
	'rsa-sha2-256',
];

/** The pinned types first, so that a server with several keys answers with ours; the others too, to see a wrong key as such. */
function hostKeyAlgorithms(pinnedTypes: readonly string[]): ServerHostKeyAlgorithm[] {
	const isPinned = (algorithm: string) =>
		pinnedTypes.includes(algorithm) || (algorithm.startsWith('rsa-') && pinnedTypes.includes('ssh-rsa'));
	return [
		...knownAlgorithms.filter(algorithm => isPinned(algorithm)),
		...knownAlgorithms.filter(algorithm => !isPinned(algorithm)),
	];
}
