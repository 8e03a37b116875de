import {join} from 'node:path';
import {writeWhole} from '../host/write-whole.js';
import {knownHostsLine} from '../ssh/known-hosts-line.js';
import type {DeploymentRun} from './deployment-run.js';
import {pinnedHostKeys} from './host-key/pinned-host-key.js';

/** For the user's own `ssh -o UserKnownHostsFile=...`. */
export async function writeKnownHosts(run: DeploymentRun): Promise<void> {
	const hostKeys = await run.hostKeys();
	const lines = run.nodes().flatMap(node => {
		const ssh = run.connections.address(node);
		const pinned = pinnedHostKeys(run.journal.records, hostKeys, node);
		return ssh ? pinned.map(key => knownHostsLine(ssh.host, ssh.port, key)) : [];
	});
	await writeWhole(join(run.folder, 'known_hosts'), lines.join(''));
}
