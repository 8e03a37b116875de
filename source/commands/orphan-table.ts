import type {Orphan} from '../actions/d2cm.js';
import {dollars} from '../engine/deployments/dollars.js';
import {columns} from './columns.js';

/** With age and cost so far; a cost that is not known is never $0. */
export function orphanTable(orphans: readonly Orphan[]): string {
	return columns([
		['WHAT', 'ID', 'CLOUD', 'STATE', 'DEPLOYMENT', 'HOURS', 'COST SO FAR'],
		...orphans.map(({kind, id, cloud, instance, launchKey, hours, costUsd}) => [
			kind,
			id,
			cloud,
			instance?.state ?? '-',
			launchKey,
			hours === undefined ? '-' : hours.toFixed(1),
			kind === 'instance' ? (costUsd === undefined ? 'unknown' : `about ${dollars(costUsd)}`) : '-',
		]),
	]);
}
