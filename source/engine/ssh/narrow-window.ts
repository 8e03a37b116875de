import type {Client, ClientChannel} from 'ssh2';

/**
OpenSSH lets us send 2 MiB before it has passed anything on, and copies all it holds each time it gets more: 20 ms a megabyte.
With so much under way it holds little, and so do we; a line of 50 ms still takes 5 MB/s from each instance.
*/
const mostUnderWay = 256 * 1024;

/** Uses a part of the window only. OpenSSH widens it after some 100 KB; of other servers that is not known. */
export function narrowWindow(client: Client, channel: ClientChannel): void {
	const {_remoteVer: server} = client as unknown as {readonly _remoteVer?: string};
	const {outgoing} = channel as unknown as {readonly outgoing?: {window: number}};
	if (outgoing && server?.startsWith('OpenSSH_')) {
		outgoing.window = Math.min(outgoing.window, mostUnderWay);
	}
}
