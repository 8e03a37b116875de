import type {ClientRequest, Agent as PlainAgent} from 'node:http';
import type {Duplex} from 'node:stream';
import {Agent, type AgentConnectOpts} from 'agent-base';
import {HttpProxyAgent} from 'http-proxy-agent';
import {HttpsProxyAgent} from 'https-proxy-agent';
import {ProxyError} from './errors.js';
import {type Environment, placeOfProxy, proxyFor, type WebProxy} from './proxy-for.js';

/**
Chooses for each request whether it goes by a proxy, and keeps the connections of either way. What goes by a proxy has no bound on
connections: a request that waits for one would wait for ever once those before it could not be made.
*/
export class ProxiedAgent extends Agent {
	readonly #isSecure: boolean;
	readonly #options: object;
	readonly #direct: PlainAgent;
	readonly #environment: Environment;
	readonly #byProxy = new Map<string, PlainAgent>();

	constructor(protocol: 'http:' | 'https:', options: object, direct: PlainAgent, environment: Environment) {
		super({...options, maxSockets: Number.POSITIVE_INFINITY});
		this.protocol = protocol;
		this.defaultPort = protocol === 'https:' ? 443 : 80;
		this.#isSecure = protocol === 'https:';
		this.#options = {...options, maxSockets: Number.POSITIVE_INFINITY};
		this.#direct = direct;
		this.#environment = environment;
	}

	/** Asked for by the name that agent-base knows; it would look for our caller in a stack. */
	override isSecureEndpoint(): boolean {
		return this.#isSecure;
	}

	override async connect(_request: ClientRequest, {host, port}: AgentConnectOpts): Promise<PlainAgent> {
		const name = host?.includes(':') ? `[${host}]` : host;
		const proxy = proxyFor(new URL(`${this.protocol}//${name}:${port}`), this.#environment);
		return proxy === undefined ? this.#direct : this.#through(proxy);
	}

	override destroy(): void {
		for (const agent of [this.#direct, ...this.#byProxy.values()]) {
			agent.destroy();
		}

		super.destroy();
	}

	#through(proxy: WebProxy): PlainAgent {
		const {href} = proxy.url;
		const known = this.#byProxy.get(href);
		const agent = known ?? (this.#isSecure ? new Tunnels(proxy, this.#options) : new Relay(proxy, this.#options));
		this.#byProxy.set(href, agent);
		return agent;
	}
}

/** Less than the SDK waits for a connection: what it gave up would be said of the cloud, and the socket would stay. */
const longestMs = 8000;

/** One connection through the proxy for each connection to a server, which speaks TLS inside. */
class Tunnels extends HttpsProxyAgent<string> {
	readonly #proxy: WebProxy;

	constructor(proxy: WebProxy, options: object) {
		super(proxy.url.href, options);
		this.#proxy = proxy;
	}

	override async connect(
		request: ClientRequest,
		options: Parameters<HttpsProxyAgent<string>['connect']>[1],
	): ReturnType<HttpsProxyAgent<string>['connect']> {
		const {variable} = this.#proxy;
		const place = placeOfProxy(this.#proxy);
		let status = 0;
		let isPage = false;
		request.once('proxyConnect', ({statusCode, headers}: ConnectAnswer) => {
			status = statusCode;
			isPage = statusCode < 300 && headers['content-type'] !== undefined;
		});
		// The library reads them before it first waits, so each connection has a bound of its own.
		const bound = new AbortController();
		this.connectOpts = {...this.connectOpts, signal: bound.signal};
		const timer = setTimeout(() => bound.abort(), longestMs);
		const socket = await super
			.connect(request, options)
			.catch((error: unknown) => {
				bound.abort();
				throw ProxyError.away(variable, place, error);
			})
			.finally(() => clearTimeout(timer));
		if (status !== 200 || isPage) {
			(socket as Duplex).destroy();
			bound.abort();
			throw isPage
				? ProxyError.isNone(variable, place)
				: ProxyError.refused(variable, place, `${options.host}:${options.port}`, status);
		}

		return socket;
	}
}

/** A proxy that lets one through says no more than that. */
type ConnectAnswer = {readonly statusCode: number; readonly headers: Readonly<Record<string, unknown>>};

/** Requests without TLS, which the proxy itself reads and passes on. */
class Relay extends HttpProxyAgent<string> {
	readonly #proxy: WebProxy;

	constructor(proxy: WebProxy, options: object) {
		super(proxy.url.href, options);
		this.#proxy = proxy;
	}

	override async connect(
		request: Parameters<HttpProxyAgent<string>['connect']>[0],
		options: Parameters<HttpProxyAgent<string>['connect']>[1],
	): ReturnType<HttpProxyAgent<string>['connect']> {
		return super.connect(request, options).catch((error: unknown) => {
			throw ProxyError.away(this.#proxy.variable, placeOfProxy(this.#proxy), error);
		});
	}
}
