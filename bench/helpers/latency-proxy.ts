import {type AddressInfo, connect, createServer, type Socket} from 'node:net';

export type LatencyProxy = {
	readonly url: string;
	/** Most requests that were on their way at once since the last time it was asked, from the client's first byte to the answer's. */
	mostAtOnce(): number;
	close(): void;
};

/** Passes bytes on to a port of this machine, each of them half the round trip later, in either direction. */
export async function startLatencyProxy(port: number, roundTripMs: number): Promise<LatencyProxy> {
	const sockets = new Set<Socket>();
	// A connection carries one request at a time.
	const busy = new Set<Socket>();
	let most = 0;
	const server = createServer(client => {
		const target = connect(port, '127.0.0.1');
		client.on('data', () => {
			busy.add(client);
			most = Math.max(most, busy.size);
		});
		client.on('close', () => busy.delete(client));
		target.on('data', () => setTimeout(() => busy.delete(client), roundTripMs / 2));
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
		mostAtOnce() {
			const seen = most;
			most = 0;
			return seen;
		},
		close() {
			for (const socket of sockets) {
				socket.destroy();
			}

			server.close();
		},
	};
}
