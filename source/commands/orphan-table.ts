import type {Orphan, Orphans} from '../actions/d2cm.js';
import {dollars} from '../engine/cloud/prices/dollars.js';
import {columns} from './columns.js';

/** With age and cost so far; a cost that is not known is never $0. */
export function orphanTable(orphans: readonly Orphan[]): readonly string[] {
	return columns([
		['WHAT', 'ID', 'CLOUD', 'STATE', 'OF', 'HOURS', 'COST SO FAR'],
		...orphans.map(({kind, id, cloud, place, instance, thing, launchKey, detail, hours, costUsd}) => [
			kind,
			id,
			place === undefined ? cloud : `${cloud} at ${place}`,
			detail ?? instance?.state ?? '-',
			launchKey || (thing?.migration === undefined ? '-' : `migration ${thing.migration}`),
			hours === undefined ? '-' : hours.toFixed(1),
			costUsd === undefined ? (isFree(kind) ? '-' : 'unknown') : `about ${dollars(costUsd)}`,
		]),
	]);
}

/** What is known of by our own journals alone. */
export function mayRunTable(mayRun: Orphans['mayRun']): readonly string[] {
	return columns([
		['ID', 'CLOUD', 'WHAT', 'OF', 'SINCE'],
		...mayRun.map(({id, cloud, what, launchKey, since}) => [id ?? '-', cloud, what, launchKey, since ?? '-']),
	]);
}

/** Nothing is charged for these. */
const isFree = (kind: string) => kind === 'security group' || kind === 'key pair';
