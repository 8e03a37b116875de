/**
The line of a `known_hosts` file that pins a host's key, so that plain `ssh -o UserKnownHostsFile=...` trusts it too. Empty where an
address or a key could mean another line or another host: what a cloud and a console tell is not trusted to have the shape of one.
*/
export function knownHostsLine(host: string, port: number, hostKey: string): string {
	const [type = '', blob = ''] = hostKey.trim().split(/\s+/);
	const isSound = /^[\w.:%-]+$/.test(host) && /^[\w@.-]+$/.test(type) && /^[\w+/]+={0,2}$/.test(blob);
	return isSound ? `${port === 22 ? host : `[${host}]:${port}`} ${type} ${blob}\n` : '';
}
