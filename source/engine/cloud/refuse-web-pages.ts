import {ProxyError} from '../host/outgoing/errors.js';
import {placeOfProxy, proxyFor} from '../host/outgoing/proxy-for.js';
import {endlessAnswer} from './answer-errors.js';

/** What was asked for in XML was answered with something else: no such service is there. */
export class WebPageError extends Error {
	override readonly name = 'WebPageError';

	/** Of HTTP. */
	constructor(readonly status: number) {
		super(`No such service: HTTP ${status}`);
	}
}

type Answer = {statusCode?: number; headers?: Readonly<Record<string, string>>; body?: unknown};
type Step = (args: {readonly request: unknown}) => Promise<{readonly response: unknown}>;
type Client = {
	readonly middlewareStack: {
		add(
			middleware: (next: Step, context: {readonly commandName?: string}) => Step,
			options: {readonly step: 'deserialize'; readonly priority: 'low'; readonly name: string},
		): void;
	};
};

/**
Lets a client of the SDK see that a web server, a proxy or a login page answers in the place of the service. The SDK takes a page
for an answer in which nothing is said: instances and AMIs would be gone, and whatever is asked for done. Errors of a server
(5xx) are left to be tried again. An answer has so many bytes, and so much time to come.

@throws {ProxyError} Where a proxy wants another name and password.
@param isAnswer Whether a body that is not empty can be one of the service.
@param isStream Of commands whose answer is data, and is not looked into.
*/
export function refuseWebPages<Of extends object>(
	client: Of,
	isAnswer: (body: string, status: number) => boolean,
	isStream: (commandName: string) => boolean = () => false,
): Of {
	(client as Client).middlewareStack.add(
		(next, {commandName = ''}) =>
			async args => {
				const result = await next(args);
				const response = result.response as Answer;
				const {statusCode = 0, body} = response;
				mustBeLetThrough(args.request as Request, statusCode);
				if (!isReadable(body) || (statusCode < 300 && isStream(commandName))) {
					return result;
				}

				const bytes = await collected(body);
				response.body = bytes;
				if (statusCode < 500 && !isAnswer(bytes.toString('utf8', 0, mostSeen), statusCode)) {
					throw new WebPageError(statusCode);
				}

				return result;
			},
		{step: 'deserialize', priority: 'low', name: 'refuseWebPages'},
	);
	return client;
}

type Request = {readonly protocol: string; readonly hostname: string; readonly port?: number};

/** Without TLS it is the proxy that says so, in the place of the server. */
function mustBeLetThrough({protocol, hostname, port}: Request, status: number): void {
	const url = new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`);
	const proxy = status === 407 ? proxyFor(url, process.env) : undefined;
	if (proxy) {
		throw ProxyError.refused(proxy.variable, placeOfProxy(proxy), url.host, status);
	}
}

/** More than any declaration and comments before the first element. */
const mostSeen = 4096;

/** Ten thousand AMIs, which Amazon lists in one answer, take 25 MB. */
const mostBytes = 32 * 2 ** 20;
/** Longer than any attempt is waited for. */
const longestMs = 150_000;

const isReadable = (body: unknown): body is AsyncIterable<Uint8Array> =>
	typeof body === 'object' && body !== null && Symbol.asyncIterator in body;

/** @throws {CloudAnswerError} Also where it comes byte by byte, when nobody waits for it any more. */
async function collected(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const since = performance.now();
	const chunks: Uint8Array[] = [];
	let bytes = 0;
	for await (const chunk of body) {
		bytes += chunk.length;
		if (bytes > mostBytes || performance.now() - since > longestMs) {
			throw endlessAnswer(`${bytes} bytes have come, and there are more`);
		}

		chunks.push(chunk);
	}

	return Buffer.concat(chunks);
}

/** The name of the outermost element, without a prefix; undefined where it is no XML. */
export function rootElement(text: string): string | undefined {
	return /^\uFEFF?\s*(?:<\?[^>]*\?>\s*|<!--[\s\S]*?-->\s*)*<(?:[\w.-]+:)?([\w.-]+)/.exec(text)?.[1];
}
