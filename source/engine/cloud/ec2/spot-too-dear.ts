import {CapacityError} from '../capacity-error.js';
import type {CapacityRequest} from '../cloud.js';
import {dollars} from '../prices/dollars.js';

export const priceTooLow = 'SpotMaxPriceTooLow';

/** Spot instances cost more than is paid for them. */
export function spotTooDear(
	cloud: string,
	{count, instanceType, spotMaxUsd}: CapacityRequest,
	{zones, cause}: {readonly zones?: number; readonly cause: unknown},
): CapacityError {
	const most = spotMaxUsd === undefined ? 'what is paid for them' : `${dollars(spotMaxUsd)} per hour each`;
	const where = zones === undefined ? 'now' : `now, in none of ${zones} zone(s)`;
	return new CapacityError(
		`The cloud ${cloud} sells no ${count} x ${instanceType} as spot instances at ${most} ${where}.`,
		`Try again later, choose another instance type, ${spotMaxUsd === undefined ? '' : 'pay more for them, '}or do without spot instances.`,
		{cause, reason: 'price'},
	);
}
