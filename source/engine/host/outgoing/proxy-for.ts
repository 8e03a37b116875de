import {BlockList, isIP} from 'node:net';
import {ProxyError} from './errors.js';
import {passwordOf, readProxyAddress} from './proxy-passwords.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export type WebProxy = {
	/** With user and password, where it wants them: never shown. */
	readonly url: URL;
	/** The variable that names it: `https_proxy`. */
	readonly variable: string;
};

/** Those that name proxies, and those that name what goes past them. The lower case comes first, as curl and Python have it. */
export const proxyVariables = {
	https: ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'],
	http: ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'],
	none: ['no_proxy', 'NO_PROXY'],
} as const;

/** This machine itself, and the metadata service of the machine it may be: no proxy can know either. */
const neverProxied = new BlockList();
neverProxied.addSubnet('127.0.0.0', 8);
neverProxied.addSubnet('169.254.0.0', 16);
neverProxied.addAddress('::1', 'ipv6');

/**
The proxy by which an address is asked, by the variables that curl and others obey; undefined: it is asked directly.

@throws {ProxyError} When the variable names none that can be used.
*/
export function proxyFor({protocol, hostname, port}: URL, environment: Environment): WebProxy | undefined {
	const host = bare(hostname);
	const scheme = protocol === 'http:' ? 'http' : 'https';
	const variable = proxyVariables[scheme].find(name => environment[name]);
	const named = variable === undefined ? undefined : environment[variable];
	if (variable === undefined || named === undefined || isLoopback(host)) {
		return undefined;
	}

	const isPast = isPassedBy(host, port || (scheme === 'http' ? '80' : '443'), environment);
	return isPast ? undefined : {url: readProxy(variable, named), variable};
}

/** As `host:port`, which is all that may be said of it. */
export const placeOfProxy = ({url}: WebProxy): string => url.host;

function readProxy(variable: string, named: string): URL {
	const url = readProxyAddress(named);
	if (url === undefined) {
		throw ProxyError.unreadable(variable);
	}

	if (!['http:', 'https:'].includes(url.protocol) || url.hostname === '') {
		throw ProxyError.ofOtherKind(variable, url.protocol.replace(/:$/, ''));
	}

	url.password ||= passwordOf(url) ?? '';
	return url;
}

const isLoopback = (host: string): boolean =>
	host === 'localhost' || host.endsWith('.localhost') || isIn(neverProxied, host);

function isPassedBy(host: string, port: string, environment: Environment): boolean {
	const name = proxyVariables.none.find(variable => environment[variable]);
	const entries = (name === undefined ? '' : (environment[name] ?? '')).split(/[\s,]+/);
	return entries.some(entry => entry !== '' && isPassedByEntry(entry.toLowerCase(), host, port));
}

/** `*`, `host`, `.domain`, `*.domain`, `10.1.2.3`, `10.0.0.0/8`, `fd00::/8`, and `host:port`; a domain stands for itself, too. */
function isPassedByEntry(entry: string, host: string, port: string): boolean {
	if (entry === '*') {
		return true;
	}

	const [network = '', bits] = entry.split('/');
	if (bits !== undefined) {
		return isInNetwork(bare(network), bits, host);
	}

	const {name, onlyPort} = splitPort(entry);
	if (onlyPort !== undefined && onlyPort !== port) {
		return false;
	}

	if (isIP(name) !== 0) {
		const one = new BlockList();
		one.addAddress(name, familyOf(name));
		return isIn(one, host);
	}

	const domain = name.replace(/^\*?\./, '');
	return domain !== '' && (host === domain || host.endsWith(`.${domain}`));
}

function splitPort(entry: string): {readonly name: string; readonly onlyPort?: string} {
	if (isIP(entry) !== 0) {
		return {name: entry};
	}

	const [, name, onlyPort] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
	return name === undefined || onlyPort === undefined ? {name: bare(entry)} : {name: bare(name), onlyPort};
}

function isInNetwork(network: string, bits: string, host: string): boolean {
	const family = isIP(network);
	if (family === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) {
		return false;
	}

	const list = new BlockList();
	list.addSubnet(network, Number(bits), familyOf(network));
	return isIn(list, host);
}

const isIn = (list: BlockList, host: string): boolean => isIP(host) !== 0 && list.check(host, familyOf(host));

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** An address without its brackets, a name without the dot of the root. */
const bare = (hostname: string): string =>
	hostname
		.toLowerCase()
		.replace(/^\[(.*)\]$/, '$1')
		.replace(/\.$/, '');
