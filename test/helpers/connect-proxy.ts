import {once} from 'node:events';
import {createServer, request as forward} from 'node:http';
import {connect, type Socket} from 'node:net';

export type ConnectProxy = {
	/** `127.0.0.1:3128` */
	readonly place: string;
	/** What it was asked for, in order: `CONNECT ec2.sci.example:443`, `GET http://…`. */
	readonly asked: readonly string[];
	close(): void;
};

export type ConnectProxyOptions = {
	/** `NAME:PASSWORD`; who has none of it is answered by 407. */
	readonly login?: string;
	/** The port on the loopback behind a name that only the proxy knows; undefined: it cannot be reached. */
	readonly portOf: (host: string) => number | undefined;
	/** Answers this to every CONNECT. */
	readonly refuse?: number;
};

/** A proxy as institutes have them: tunnels for TLS, whole addresses for the rest, and a name and password before either. */
export async function startConnectProxy({login, portOf, refuse}: ConnectProxyOptions): Promise<ConnectProxy> {
	const asked: string[] = [];
	const sockets = new Set<Socket>();
	const keep = (socket: Socket) => {
		sockets.add(socket.on('error', () => socket.destroy()));
	};
	const isLetIn = (given = '') => login === undefined || given === `Basic ${Buffer.from(login).toString('base64')}`;

	const server = createServer((request, response) => {
		asked.push(`${request.method} ${request.url}`);
		const {hostname, pathname, search} = new URL(request.url ?? '');
		const port = portOf(hostname);
		if (!isLetIn(request.headers['proxy-authorization']) || port === undefined) {
			response.writeHead(port === undefined ? 502 : 407, {'content-type': 'text/html'}).end('<html>The proxy</html>');
			return;
		}

		const {'proxy-authorization': _, 'proxy-connection': __, ...headers} = request.headers;
		const inner = forward(
			{host: '127.0.0.1', port, method: request.method, path: pathname + search, headers},
			answer => {
				response.writeHead(answer.statusCode ?? 500, answer.headers);
				answer.pipe(response);
			},
		);
		inner.on('error', () => response.destroy());
		request.pipe(inner);
	});
	server.on('connection', keep);
	server.on('connect', (request, socket: Socket) => {
		asked.push(`CONNECT ${request.url}`);
		const port = portOf((request.url ?? '').replace(/:\d+$/, ''));
		const status = isLetIn(request.headers['proxy-authorization']) ? (refuse ?? (port === undefined ? 502 : 200)) : 407;
		if (status !== 200 || port === undefined) {
			socket.end(`HTTP/1.1 ${status} No\r\nContent-Type: text/html\r\n\r\n<html>The proxy</html>`);
			return;
		}

		const inner = connect(port, '127.0.0.1', () => {
			socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
			socket.pipe(inner).pipe(socket);
		});
		keep(inner);
		inner.on('error', () => socket.destroy());
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	return {
		place: `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
		asked,
		close() {
			server.close();
			for (const socket of sockets) {
				socket.destroy();
			}
		},
	};
}
