import type {Environment} from './proxy-for.js';

/** By `NAME@HOST`, as in `me@proxy.uni.example:3128`. */
export type ProxyPasswords = Readonly<Record<string, string>>;

const isProxyVariable = (name: string): boolean => /^(?:https?|all)_proxy$/i.test(name);

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

		const text = value.includes('://') ? value : `http://${value}`;
		if (!URL.canParse(text)) {
			return [];
		}

		const url = new URL(text);
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
