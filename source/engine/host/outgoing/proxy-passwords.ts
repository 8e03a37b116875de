import type {Environment} from './proxy-for.js';

/** By `NAME@HOST`, as in `me@proxy.uni.example:3128`. */
export type ProxyPasswords = Readonly<Record<string, string>>;

const isProxyVariable = (name: string): boolean => /^(?:https?|all)_proxy$/i.test(name);

/**
Reads the value of a variable that names a proxy; undefined where it is no address, or holds more than one: what follows the host is
mostly the rest of a password whose `/`, `#` or `?` was not escaped, and the host its beginning.
*/
export function readProxyAddress(value: string): URL | undefined {
	const text = value.includes('://') ? value : `http://${value}`;
	if (!URL.canParse(text)) {
		return undefined;
	}

	const url = new URL(text);
	const isWhole = /^\/?$/.test(url.pathname) && url.search === '' && url.hash === '';
	return isWhole && isEscaped(url.username) && isEscaped(url.password) ? url : undefined;
}

function isEscaped(text: string): boolean {
	try {
		return decodeURIComponent(text) !== undefined;
	} catch {
		return false;
	}
}

let remembered: ProxyPasswords = {};

/** Tells this process the passwords that its environment leaves out: what names a proxy and a user without one means these. */
export function rememberProxyPasswords(passwords: ProxyPasswords): void {
	remembered = passwords;
}

export function passwordOf(url: URL): string | undefined {
	return url.password === '' ? remembered[keyOf(url)] : undefined;
}

/**
An environment without the passwords of its proxies, and these apart: who looks at a process sees the one, and the others lie in a
file that is its user's alone. A value that is no address stays out.
*/
export function withoutProxyPasswords(environment: Environment): {
	readonly environment: Environment;
	readonly passwords: ProxyPasswords;
} {
	const passwords: Record<string, string> = {};
	const entries = Object.entries(environment).flatMap(([name, value]) => {
		if (!isProxyVariable(name) || !value) {
			return [[name, value] as const];
		}

		const url = readProxyAddress(value);
		if (url === undefined) {
			return [];
		}

		if (url.password === '') {
			return [[name, value] as const];
		}

		passwords[keyOf(url)] = url.password;
		url.password = '';
		return [[name, url.href] as const];
	});
	return {environment: Object.fromEntries(entries), passwords};
}

const keyOf = ({username, host}: URL): string => `${username}@${host}`;
