import type {Agent as PlainAgent} from 'node:http';
import {type Environment, proxyVariables} from './proxy-for.js';
import {trustedAuthorities} from './trusted-authorities.js';

export type AgentOptions = {
	readonly maxSockets: number;
	readonly scheduling?: 'lifo';
	/** PEM of the authority that signed the server's certificate; then no other is believed. */
	readonly ca?: string;
};

/** Handed to whatever asks by HTTP, also to the clients of the SDK. */
export type Agents = {readonly httpAgent: PlainAgent; readonly httpsAgent: PlainAgent};

/**
How all requests by HTTP leave this machine: by the proxies that its environment names, trusting those it trusts.
*/
export async function outgoingAgents(
	{ca, ...pool}: AgentOptions,
	environment: Environment = process.env,
): Promise<Agents> {
	const [http, https] = await Promise.all([import('node:http'), import('node:https')]);
	const options = {keepAlive: true, ...pool};
	const trust = ca === undefined ? {secureContext: await trustedAuthorities(environment)} : {ca};
	const direct = {httpAgent: new http.Agent(options), httpsAgent: new https.Agent({...options, ...trust})};
	const names = [...proxyVariables.https, ...proxyVariables.http];
	if (!names.some(name => environment[name])) {
		return direct;
	}

	const {ProxiedAgent} = await import('./proxied-agent.js');
	return {
		httpAgent: new ProxiedAgent('http:', options, direct.httpAgent, environment),
		httpsAgent: new ProxiedAgent('https:', {...options, ...trust}, direct.httpsAgent, environment),
	};
}
