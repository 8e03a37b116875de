import {once} from 'node:events';
import {createServer, request as forward, type IncomingMessage, type ServerResponse} from 'node:http';

export type Fault =
	/** Breaks the connection when this much of the request's body has passed. */
	| {readonly cutAfter: number}
	/** Breaks the connection when this much of the answer's body has passed. */
	| {readonly cutAnswerAfter: number}
	/** Breaks the connection at once. */
	| 'cut'
	/** Lets the request through, and breaks the connection before the answer. */
	| 'lose answer'
	/** Takes the request, and never answers. */
	| 'hang'
	/** Answers for the server; with a code in S3's words. */
	| {readonly status: number; readonly code?: string; readonly headers?: Readonly<Record<string, string>>}
	/** Changes a byte of the request's body. */
	| 'damage'
	/** Passes on the answer with another ETag. */
	| 'wrong etag';

export type Passing = {
	readonly number: number;
	readonly method: string;
	readonly url: string;
	/** The bytes that are asked for, in HTTP's words. */
	readonly range: string | undefined;
};

export type FaultyProxy = {
	readonly endpoint: string;
	/** Every request so far. */
	readonly requests: readonly Passing[];
	/** Bytes of bodies that came from the client. */
	receivedBytes(): number;
	close(): void;
};

function cutAfter(response: IncomingMessage, answer: ServerResponse, most: number): void {
	let passed = 0;
	response.on('data', (chunk: Buffer) => {
		answer.write(chunk.subarray(0, Math.max(0, most - passed)), () => {
			if (passed >= most) {
				answer.socket?.destroySoon();
				response.destroy();
			}
		});
		passed += chunk.length;
	});
	response.on('end', () => answer.end());
}

/** An HTTP proxy before a server of objects; `choose` says what goes wrong with which request, counted from 1. */
export async function startFaultyProxy(
	target: string,
	choose: (passing: Passing) => Fault | undefined,
): Promise<FaultyProxy> {
	const {hostname, port} = new URL(target);
	const requests: Passing[] = [];
	let receivedBytes = 0;

	const pass = (near: IncomingMessage, answer: ServerResponse, fault: Fault | undefined) => {
		const far = forward({hostname, port, method: near.method, path: near.url, headers: near.headers}, response => {
			if (fault === 'lose answer') {
				response.resume();
				response.once('end', () => near.socket.destroy());
				return;
			}

			const headers = fault === 'wrong etag' ? {...response.headers, etag: `"${'0'.repeat(32)}"`} : response.headers;
			answer.writeHead(response.statusCode ?? 502, headers);
			if (typeof fault === 'object' && 'cutAnswerAfter' in fault) {
				cutAfter(response, answer, fault.cutAnswerAfter);
				return;
			}

			if (near.method === 'HEAD') {
				answer.end();
			} else {
				response.pipe(answer);
			}
		});
		far.on('error', () => {
			// Swift sends a body after the answer to a HEAD, which nobody may do: that answer has gone on already.
			if (!(near.method === 'HEAD' && answer.headersSent)) {
				near.socket.destroy();
			}
		});
		near.on('error', () => far.destroy());
		near.on('aborted', () => far.destroy());
		let passed = 0;
		near.on('data', (chunk: Buffer) => {
			passed += chunk.length;
			if (typeof fault === 'object' && 'cutAfter' in fault && passed >= fault.cutAfter) {
				near.socket.destroy();
				far.destroy();
			}
		});
		if (fault === 'damage') {
			near.on('data', (chunk: Buffer) => far.write(chunk.map((byte, at) => (at === 0 ? byte ^ 1 : byte))));
			near.on('end', () => far.end());
		} else {
			near.pipe(far);
		}
	};

	const server = createServer((near, answer) => {
		const {method = '', url = '', headers} = near;
		const passing = {number: requests.length + 1, method, url, range: headers.range};
		requests.push(passing);
		near.on('data', (chunk: Buffer) => {
			receivedBytes += chunk.length;
		});
		const fault = choose(passing);
		if (fault === 'hang') {
			near.resume();
		} else if (fault === 'cut') {
			near.socket.destroy();
		} else if (typeof fault === 'object' && 'status' in fault) {
			near.resume();
			near.once('end', () => {
				const {status, code} = fault;
				const body = code ? `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>` : '';
				answer.writeHead(status, {'content-type': 'application/xml', 'content-length': body.length, ...fault.headers});
				answer.end(near.method === 'HEAD' ? '' : body);
			});
		} else {
			pass(near, answer, fault);
		}
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	return {
		endpoint: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
		requests,
		receivedBytes: () => receivedBytes,
		close() {
			server.close();
			server.closeAllConnections();
		},
	};
}
