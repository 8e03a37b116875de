import type {JournalRecord} from '../../jobs/journal.js';
import {stepRecord} from '../../jobs/step-marks.js';
import type {DeploymentKeys} from '../deployment-keys.js';
import type {DeployedNode} from '../node.js';

/** The step that pins another host key than ours; its subject is the instance. */
export const hostKeyStep = 'host-key';

/** What a node must prove itself with: the key we made for its role, or the one it made itself and that was found to be its own. */
export function pinnedHostKey(
	records: readonly JournalRecord[],
	{hosts}: Pick<DeploymentKeys, 'hosts'>,
	{instanceId, role}: DeployedNode,
): string | undefined {
	const own = stepRecord(records, hostKeyStep, 'finished', instanceId)?.data?.key;
	return typeof own === 'string' ? own : hosts.get(role.name)?.publicKey;
}
