/** The line of a `known_hosts` file that pins a host's key, so that plain `ssh -o UserKnownHostsFile=...` trusts it too. */
export function knownHostsLine(host: string, port: number, hostKey: string): string {
	const [type = '', blob = ''] = hostKey.trim().split(/\s+/);
	return `${port === 22 ? host : `[${host}]:${port}`} ${type} ${blob}\n`;
}
