import {once} from 'node:events';
import {readFile} from 'node:fs/promises';
import {connect, type Socket} from 'node:net';
import {join} from 'node:path';
import {createServer} from 'node:tls';
import {runProgram} from '../../source/engine/host/run-program.js';

export type TlsFront = {
	readonly url: string;
	/** PEM of the certificate, which has signed itself. */
	readonly ca: string;
	close(): void;
};

/** Speaks TLS for a server on the loopback, with a certificate no system knows: for its address, or for all names below one. */
export async function startTlsFront(url: string, folder: string, name = ''): Promise<TlsFront> {
	const [key, certificate] = [join(folder, 'tls.key'), join(folder, 'tls.crt')];
	await runProgram('openssl', [
		...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
		...['-keyout', key, '-out', certificate, '-subj', '/CN=localhost', '-addext'],
		...[name === '' ? 'subjectAltName=IP:127.0.0.1' : `subjectAltName=DNS:${name},DNS:*.${name}`],
	]);
	const ca = await readFile(certificate, 'utf8');
	const sockets = new Set<Socket>();
	const server = createServer({key: await readFile(key), cert: ca}, socket => {
		const inner = connect(Number(new URL(url).port), '127.0.0.1');
		for (const one of [socket, inner]) {
			sockets.add(one);
			one.on('error', () => one.destroy());
			one.on('close', () => sockets.delete(one));
		}

		socket.pipe(inner).pipe(socket);
	});
	server.on('tlsClientError', () => undefined);
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	return {
		url: `https://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
		ca,
		close() {
			server.close();
			for (const socket of sockets) {
				socket.destroy();
			}
		},
	};
}
