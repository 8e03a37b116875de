import {formatBytes} from '../engine/host/format-bytes.js';
import {wayFacts} from '../engine/migration/way-facts.js';
import type {MigrationPlan} from './d2cm.js';

/** A migration before it is started, for people. */
export function planLines({way, bucket, bytes, keeping, remarks, obstacle}: MigrationPlan): readonly string[] {
	return [
		`Way: ${way}. ${wayFacts[way].explained}`,
		...(bucket === '' ? [] : [`Bucket: ${bucket}`]),
		...(bytes === 0 ? [] : [`To send: ${formatBytes(bytes)} at most. ${keeping}`]),
		...remarks.map(remark => (/[.!?]$/.test(remark) ? remark : `${remark}.`)),
		obstacle ? `It cannot be started: ${obstacle.message} ${obstacle.hint}` : 'Nothing is known that would stop it.',
	];
}
