import {createServer, connect as netConnect, type Socket} from 'node:net';
import type {ShellTarget} from '../../source/engine/ssh/shell.js';

export type CuttingProxy = {
	/** The target by way of the proxy. */
	readonly target: ShellTarget;
	/** What has come from the instance since the start, in bytes. */
	readonly received: () => number;
	/** What has gone to the instance. */
	readonly sent: () => number;
	/** Breaks every connection, as when a cable is pulled and plugged in again. */
	cut(): void;
	/** Lets nothing through any more, and says nothing. */
	stall(): void;
	close(): void;
};

/** A TCP proxy before an instance whose connections can be broken. */
export async function startCuttingProxy(target: ShellTarget): Promise<CuttingProxy> {
	const sockets = new Set<Socket>();
	let [received, sent] = [0, 0];
	const server = createServer(near => {
		const far = netConnect(target.port, target.host);
		for (const socket of [near, far]) {
			sockets.add(socket);
			socket.setNoDelay(true);
			socket.on('error', () => undefined);
			socket.on('close', () => {
				sockets.delete(socket);
				near.destroy();
				far.destroy();
			});
		}

		near.on('data', chunk => {
			sent += chunk.length;
		});
		far.on('data', chunk => {
			received += chunk.length;
		});
		near.pipe(far);
		far.pipe(near);
	});
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', resolve);
	});
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	const cut = () => {
		for (const socket of sockets) {
			socket.destroy();
		}
	};
	return {
		target: {...target, host: '127.0.0.1', port},
		received: () => received,
		sent: () => sent,
		cut,
		stall() {
			for (const socket of sockets) {
				socket.unpipe();
				socket.pause();
			}
		},
		close() {
			server.close();
			cut();
		},
	};
}
