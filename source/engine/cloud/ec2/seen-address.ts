import {HeadnodeUnknownError} from './errors/headnode-unknown-error.js';

/**
The address a cloud sees a connection come from, unless a router between us changes it, which shows by the kind of its two ends.

@throws {HeadnodeUnknownError}
*/
export function seenAddress(
	{local, remote}: {readonly local: string; readonly remote: string},
	hostname: string,
): string {
	if (isPrivate(local) && !isPrivate(remote)) {
		throw new HeadnodeUnknownError(`a router hides ${local} from ${hostname}`);
	}

	return local;
}

/** Loopback, RFC 1918, link-local, and the addresses of carriers' routers. */
function isPrivate(address: string): boolean {
	const [a = 0, b = 0] = address.split('.').map(Number);
	return (
		a === 10 ||
		a === 127 ||
		(a === 172 && b >= 16 && b < 32) ||
		(a === 192 && b === 168) ||
		(a === 169 && b === 254) ||
		(a === 100 && b >= 64 && b < 128)
	);
}
