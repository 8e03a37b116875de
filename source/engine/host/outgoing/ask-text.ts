import {once} from 'node:events';
import type {IncomingMessage} from 'node:http';
import {outgoingAgents} from './agents.js';

const mostBytes = 64 * 1024;

/** What a web service answers to a plain question, as far as it is short. An answer that is no 200 is an error. */
export async function askText(address: string, signal: AbortSignal): Promise<string> {
	const url = new URL(address);
	const {httpAgent, httpsAgent} = await outgoingAgents({maxSockets: 1});
	const isPlain = url.protocol === 'http:';
	const {request} = isPlain ? await import('node:http') : await import('node:https');
	const agent = isPlain ? httpAgent : httpsAgent;
	try {
		const [answer] = (await once(request(url, {agent, signal}).end(), 'response')) as [IncomingMessage];
		let text = '';
		for await (const chunk of answer.setEncoding('utf8')) {
			text += chunk;
			if (text.length > mostBytes) {
				throw new Error(`${url.host} does not stop answering.`);
			}
		}

		if (answer.statusCode !== 200) {
			throw new Error(`${url.host} answers with HTTP ${answer.statusCode}.`);
		}

		return text;
	} finally {
		httpAgent.destroy();
		httpsAgent.destroy();
	}
}
