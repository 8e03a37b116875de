import {join} from 'node:path';
import {writeWhole} from '../host/write-whole.js';
import {knownHostsLine} from '../ssh/known-hosts-line.js';
import type {DeploymentRun} from './deployment-run.js';
import {pinnedHostKey} from './host-key/pinned-host-key.js';

/** For the user's own `ssh -o UserKnownHostsFile=...`. */
export async function writeKnownHosts(run: DeploymentRun): Promise<void> {
	const keys = await run.keys();
	const lines = run.nodes().flatMap(node => {
		const ssh = run.connections.address(node);
		const key = pinnedHostKey(run.journal.records, keys, node);
		return ssh && key ? [knownHostsLine(ssh.host, ssh.port, key)] : [];
	});
	await writeWhole(join(run.folder, 'known_hosts'), lines.join(''));
}
