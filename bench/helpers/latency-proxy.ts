import {type AddressInfo, connect, createServer, type Socket} from 'node:net';

/** Passes bytes on to a port of this machine, each of them half the round trip later, in either direction. */
export async function startLatencyProxy(port: number, roundTripMs: number): Promise<{url: string; close(): void}> {
	const sockets = new Set<Socket>();
	const server = createServer(client => {
		const target = connect(port, '127.0.0.1');
		for (const [from, to] of [
			[client, target],
			[target, client],
		] as const) {
			sockets.add(from);
			from.setNoDelay(true);
			from.on('data', chunk => setTimeout(() => to.write(chunk), roundTripMs / 2));
			from.on('end', () => setTimeout(() => to.end(), roundTripMs / 2));
			from.on('error', () => to.destroy());
			from.on('close', () => sockets.delete(from));
		}
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		close() {
			for (const socket of sockets) {
				socket.destroy();
			}

			server.close();
		},
	};
}
