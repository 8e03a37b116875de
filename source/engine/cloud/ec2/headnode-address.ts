import {connect, isIPv4} from 'node:net';
import {isAmazonAddress} from '../../credentials/amazon-address.js';
import {askText} from '../../host/outgoing/ask-text.js';
import {ProxyError} from '../../host/outgoing/errors.js';
import {HeadnodeUnknownError} from './errors/headnode-unknown-error.js';
import {seenAddress} from './seen-address.js';

export type HeadnodeQuestion = {
	/** As the user has set it; empty: to be found out. */
	readonly setting: string;
	/** Of the cloud's API; left out, it is Amazon's own. */
	readonly endpoint?: string;
	/** Tells who asks it, in plain text. */
	readonly addressService?: string;
};

const amazonsService = 'https://checkip.amazonaws.com';
const longestMs = 10_000;

/**
The IPv4 address the instances see this machine come from: the only one that may log in. Amazon tells it. Another cloud sees
the address we reach it from, unless a router between us changes that, which shows by the kind of the two addresses.

@throws {HeadnodeUnknownError | ProxyError}
*/
export async function headnodeAddress({setting, endpoint, addressService}: HeadnodeQuestion): Promise<string> {
	if (setting !== '') {
		return setting;
	}

	return endpoint === undefined || isAmazonAddress(endpoint)
		? askService(addressService ?? amazonsService)
		: reachedFrom(endpoint);
}

async function askService(service: string): Promise<string> {
	try {
		const address = (await askText(service, AbortSignal.timeout(longestMs))).trim();
		if (isIPv4(address)) {
			return address;
		}
	} catch (error) {
		if (error instanceof ProxyError) {
			throw error;
		}

		throw new HeadnodeUnknownError(`${service} does not answer`, {cause: error});
	}

	throw new HeadnodeUnknownError(`${service} does not tell it`);
}

async function reachedFrom(endpoint: string): Promise<string> {
	const {hostname, port, protocol} = new URL(endpoint);
	if (hostname.startsWith('[')) {
		throw new HeadnodeUnknownError('the cloud is asked by IPv6, and its instances by IPv4');
	}

	const ends = await new Promise<{local: string; remote: string}>((resolve, reject) => {
		const socket = connect({host: hostname, port: Number(port) || (protocol === 'http:' ? 80 : 443), family: 4});
		socket.setTimeout(longestMs, () => socket.destroy(new Error(`${hostname} does not answer.`)));
		socket.once('connect', () => {
			resolve({local: socket.localAddress ?? '', remote: socket.remoteAddress ?? ''});
			socket.destroy();
		});
		socket.once('error', reject);
	}).catch((error: unknown) => {
		throw new HeadnodeUnknownError(`${hostname} cannot be reached`, {cause: error});
	});
	return seenAddress(ends, hostname);
}
