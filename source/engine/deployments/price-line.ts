import {dollars} from '../cloud/prices/dollars.js';
import type {DeployedRole} from './deployment.js';

/** Of all instances together; undefined when any price is unknown. */
export function hourlyPrice(roles: readonly DeployedRole[]): number | undefined {
	return roles.reduce<number | undefined>(
		(sum, {count, hourlyUsd}) => (sum === undefined || hourlyUsd === undefined ? undefined : sum + count * hourlyUsd),
		0,
	);
}

/** What the user confirms, in the words of the original tool. An unknown price is never shown as $0. */
export function priceLine(roles: readonly DeployedRole[], cloud: string, charges = 'Charges'): string {
	const count = roles.reduce((sum, role) => sum + role.count, 0);
	const where = `(${count} ${count === 1 ? 'instance' : 'instances'} on ${cloud})`;
	const price = hourlyPrice(roles);
	if (price === undefined) {
		const unknown = [...new Set(roles.filter(role => role.hourlyUsd === undefined).map(role => role.instanceType))];
		return `${charges} will start at a rate that is not known: ${cloud} names no price for ${unknown.join(', ')} ${where}.`;
	}

	return `${charges} will start at the rate of ${dollars(price)} per hour ${where}.`;
}
