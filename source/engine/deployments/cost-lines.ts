import {dollars} from '../cloud/prices/dollars.js';
import {asDearest} from './as-reserved.js';
import type {DeployedRole, Deployment} from './deployment.js';
import {capSeconds, reserveSeconds} from './lease/lease-limits.js';
import {hourlyPrice} from './price-line.js';

type Priced = Pick<Deployment, 'roles' | 'capUsd' | 'leaseHours' | 'maxRunMinutes' | 'holdMinutes'>;

/**
What a run would cost, what bounds it, and what it costs at most if this machine is lost. Nothing where nothing costs anything.

@param expectedHours How long the last such run took, if there was one.
*/
export function costLines(deployment: Priced, expectedHours: number | undefined): readonly string[] {
	const rate = hourlyPrice(deployment.roles);
	if (rate === 0 && hourlyPrice(asDearest(deployment.roles)) === 0) {
		return [];
	}

	const sources = [...new Set(deployment.roles.map(({priceSource}) => priceSource).filter(Boolean))];
	const from = sources.length > 0 ? [`Prices are from ${sources.join(' and ')}.`] : [];
	const lines = [...from, ...deployment.roles.flatMap(marketLines)];
	return rate === undefined
		? [...lines, `What a run costs is not known; ${leaseWords(deployment)}.`, ...keptLine(deployment)]
		: [
				...lines,
				runLine(deployment, rate, expectedHours),
				...capLine(deployment, rate),
				lostLine(deployment, rate),
				...keptLine(deployment),
			];
}

/** What the user agrees to beside the price. */
function marketLines({name, spot, spotMaxUsd, others = []}: DeployedRole): readonly string[] {
	const listed = others.map(
		({instanceType, hourlyUsd}) =>
			`${instanceType} (${hourlyUsd === undefined ? 'at a price that is not known' : `${dollars(hourlyUsd)} per hour each`})`,
	);
	return [
		...(spot
			? [
					`${name} runs on spot instances: the cloud may end them at any time, and their price changes${spotMaxUsd === undefined ? '' : `, up to ${dollars(spotMaxUsd)} per hour each`}.`,
				]
			: []),
		...(listed.length > 0 ? [`Where there is no room, ${name} may run on ${listed.join(' or ')}.`] : []),
	];
}

function runLine({maxRunMinutes}: Priced, rate: number, expectedHours: number | undefined): string {
	const longest = maxRunMinutes / 60;
	const most = `one of the longest time (${hours(longest)}) about ${dollars(longest * rate)}`;
	return expectedHours === undefined
		? `A run of one hour would cost ${dollars(rate)}, ${most}.`
		: `A run as long as the last one (${hours(expectedHours)}) would cost about ${dollars(expectedHours * rate)}, ${most}.`;
}

function capLine(deployment: Priced, rate: number): readonly string[] {
	const {capUsd, holdMinutes} = deployment;
	const seconds = capSeconds(deployment);
	if (capUsd === undefined || seconds === undefined) {
		return [];
	}

	const endsAt = ((seconds - reserveSeconds(deployment)) / 3600) * rate;
	const hold = (holdMinutes / 60) * rate;
	return [
		`The cap is ${dollars(capUsd)}: the run is ended, results first, at about ${dollars(endsAt)}, which is after ${hours(endsAt / rate)}.`,
		...(hold > 0
			? [`Only data that cannot be fetched may keep instances beyond it, up to ${dollars(hold)} more.`]
			: []),
	];
}

function lostLine(deployment: Priced, rate: number): string {
	const {maxRunMinutes, leaseHours = 0, holdMinutes, capUsd = Number.POSITIVE_INFINITY} = deployment;
	const longest = (maxRunMinutes + holdMinutes) / 60 + leaseHours;
	const dearest = hourlyPrice(asDearest(deployment.roles)) ?? rate;
	return `Should this machine be lost, ${leaseWords(deployment)}, having cost ${dollars(Math.min(capUsd, longest * dearest))} at most.`;
}

const leaseWords = ({leaseHours, roles}: Priced) =>
	leaseHours === undefined
		? 'the instances go on'
		: `the instances ${leaseEndWords(roles)} once no job has looked after them for ${hours(leaseHours)}`;

function leaseEndWords(roles: readonly DeployedRole[]): string {
	const ending = roles.filter(({stops}) => !stops).map(({name}) => name);
	return ending.length === roles.length
		? 'end themselves'
		: `stop themselves${ending.length > 0 ? ` (those of ${ending.join(', ')} end)` : ''}`;
}

/** What instances cost that have stopped. */
function keptLine({roles}: Priced): readonly string[] {
	const stopping = roles.filter(({stops}) => stops);
	const rate = stopping.reduce<number | undefined>(
		(sum, {count, keptUsd}) => (sum === undefined || keptUsd === undefined ? undefined : sum + count * keptUsd),
		0,
	);
	const price =
		rate === undefined ? 'at a price that is not known' : `about ${dollars(rate)} per hour by the prices of us-east-1`;
	return stopping.length > 0
		? [
				`Stopped instances cost only what their disks do (${price}), until the deployment is resumed or cancelled, or \`d2cm reap\` removes them.`,
			]
		: [];
}

/** `24 h`, `1.5 h`, `12 min`, `11 s` */
function hours(value: number): string {
	if (value < 1 / 60) return `${Math.round(value * 3600)} s`;
	return value < 1 ? `${Math.round(value * 60)} min` : `${Number(value.toFixed(1))} h`;
}
