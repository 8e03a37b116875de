import type {JournalRecord} from '../jobs/journal.js';
import {stepRecord} from '../jobs/step-marks.js';
import type {DeployedRole} from './deployment.js';

/** The roles with the instance types that were really had, at their prices. Before the reservation: as planned. */
export const asReserved = (
	roles: readonly DeployedRole[],
	records: readonly JournalRecord[],
): readonly DeployedRole[] =>
	roles.map(role => withType(role, stepRecord(records, 'reserve', 'finished', role.name)?.data?.instanceType));

/** A role on another of its types; as it is for anything else. */
export function withType(role: DeployedRole, instanceType: unknown): DeployedRole {
	const other = role.others?.find(candidate => candidate.instanceType === instanceType);
	return other ? {...role, priceSource: undefined, ...other} : role;
}

/** The roles on the dearest of their types: what is agreed to at most. A price that is not known is the dearest. */
export const asDearest = (roles: readonly DeployedRole[]): readonly DeployedRole[] =>
	roles.map(role =>
		[role, ...(role.others ?? []).map(({instanceType}) => withType(role, instanceType))].reduce((dearest, candidate) =>
			(candidate.hourlyUsd ?? Number.POSITIVE_INFINITY) > (dearest.hourlyUsd ?? Number.POSITIVE_INFINITY)
				? candidate
				: dearest,
		),
	);
