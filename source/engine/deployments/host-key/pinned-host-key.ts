import type {JournalRecord} from '../../jobs/journal.js';
import {stepRecord} from '../../jobs/step-marks.js';
import type {HostKeys} from '../deployment-keys.js';
import type {DeployedNode} from '../node.js';

/** The step that pins another host key than ours; its subject is the instance. */
export const hostKeyStep = 'host-key';

/** What a node must prove itself with: a key we made for its role, or the one it made itself and that was found to be its own. */
export function pinnedHostKeys(
	records: readonly JournalRecord[],
	hostKeys: HostKeys,
	{instanceId, role}: DeployedNode,
): readonly string[] {
	const own = stepRecord(records, hostKeyStep, 'finished', instanceId)?.data?.key;
	return typeof own === 'string' ? [own] : (hostKeys.get(role.name) ?? []).map(({publicKey}) => publicKey);
}
