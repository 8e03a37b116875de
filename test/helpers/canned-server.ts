import {once} from 'node:events';
import {createServer, type IncomingMessage} from 'node:http';

export type CannedAnswer = {
	readonly status: number;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string | Buffer;
	/** Sends only so many bytes of the body, then breaks the connection. */
	readonly cutAfter?: number;
};

export type CannedServer = {
	readonly endpoint: string;
	/** What was asked, in order: `PUT /bucket/key?query`. */
	readonly requests: readonly string[];
	close(): void;
};

/** An HTTP server that answers as told; 'hang' never answers, 'cut' breaks the connection. */
export async function startCannedServer(
	answer: (request: IncomingMessage, number: number) => CannedAnswer | 'hang' | 'cut',
): Promise<CannedServer> {
	const requests: string[] = [];
	const server = createServer((request, response) => {
		requests.push(`${request.method} ${request.url}`);
		request.resume();
		const told = answer(request, requests.length);
		if (told === 'cut') {
			request.socket.destroy();
		} else if (told !== 'hang') {
			const {status, headers = {}, body = '', cutAfter} = told;
			const whole = Buffer.from(body);
			request.once('end', () => {
				response.writeHead(status, {'content-length': whole.length, ...headers});
				if (cutAfter === undefined) {
					response.end(request.method === 'HEAD' ? undefined : whole);
				} else {
					response.write(whole.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 20));
				}
			});
		}
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	return {
		endpoint: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
		requests,
		close() {
			server.close();
			server.closeAllConnections();
		},
	};
}

/** An error as S3 words it. */
export function s3Error(status: number, code: string, more = '', headers: Readonly<Record<string, string>> = {}) {
	const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>Words of the server.</Message>${more}</Error>`;
	return {status, headers: {'content-type': 'application/xml', ...headers}, body};
}
