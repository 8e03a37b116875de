import type {Deployment} from '../deployment.js';
import {hourlyPrice} from '../price-line.js';

/** When an instance ends itself, in seconds of its own uptime. */
export type LeaseLimits = {
	/** Since it was last renewed. */
	readonly leaseSeconds: number;
	/** Since the timer was set, though only once it has not been renewed for the grace; undefined where nothing bounds it. */
	readonly mostSeconds: number | undefined;
	readonly graceSeconds: number;
	/** Between two looks. */
	readonly tickSeconds: number;
};

const longestGraceSeconds = 600;
const longestTickSeconds = 30;

/**
How long a deployment may go on for its spend cap, in seconds from its first reservation; undefined without a cap, or where
nothing costs anything.
*/
export function capSeconds({capUsd, roles}: Pick<Deployment, 'capUsd' | 'roles'>): number | undefined {
	const rate = hourlyPrice(roles);
	return capUsd === undefined || rate === undefined || rate === 0 ? undefined : (capUsd / rate) * 3600;
}

/**
The last part of the time that a cap pays for. The run ends at its begin, so that there is time to bring the results home;
and a job that has died in it has instances that end themselves by the time the cap is reached.
*/
export function reserveSeconds(deployment: Pick<Deployment, 'capUsd' | 'roles'>): number {
	return Math.min(longestGraceSeconds, (capSeconds(deployment) ?? Number.POSITIVE_INFINITY) / 10);
}

/**
The limits of instances that are set now, so many seconds after the first reservation. After the longest run there is one
more lease in which somebody can still fetch the results.

@returns Undefined for a deployment that was made before there were leases.
*/
export function leaseLimits(
	deployment: Pick<Deployment, 'capUsd' | 'roles' | 'leaseHours' | 'maxRunMinutes'>,
	elapsedSeconds: number,
): LeaseLimits | undefined {
	const {leaseHours, maxRunMinutes} = deployment;
	if (leaseHours === undefined) {
		return undefined;
	}

	const leaseSeconds = leaseHours * 3600;
	const graceSeconds = Math.min(leaseSeconds, reserveSeconds(deployment));
	const cap = capSeconds(deployment);
	const longest = maxRunMinutes * 60 + leaseSeconds;
	const mostSeconds = Math.max(1, Math.min(longest, (cap ?? Number.POSITIVE_INFINITY) - elapsedSeconds));
	return {
		leaseSeconds,
		mostSeconds,
		graceSeconds,
		tickSeconds: Math.min(longestTickSeconds, Math.max(0.1, Math.floor(graceSeconds) / 10)),
	};
}
