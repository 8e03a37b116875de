import type {DeploymentPlan} from '../actions/d2cm.js';
import type {DeployedRole} from '../engine/deployments/deployment.js';
import {doneSentence} from '../engine/deployments/done-rule.js';
import {hourlyPrice} from '../engine/deployments/price-line.js';
import {fit} from './parts/fit.js';
import {formatPrice, plural} from './parts/format.js';

/** What the user agrees to: each role at its price, the sum, what a run costs and at most, and what bounds it. */
export function planDetails({deployment, costLines, remarks}: DeploymentPlan): readonly string[] {
	const {roles, problemSize, cloud, maxRunMinutes} = deployment;
	const count = roles.reduce((sum, role) => sum + role.count, 0);
	return [
		`Problem size ${problemSize} on ${cloud}`,
		'',
		line('Role', 'Instances', 'One, an hour', 'All, an hour'),
		...roles.map(role =>
			line(role.name, instancesOf(role), formatPrice(role.hourlyUsd), formatPrice(times(role.count, role.hourlyUsd))),
		),
		line('Together', String(count), '', formatPrice(hourlyPrice(roles))),
		'',
		...imageLines(roles),
		doneSentence(roles),
		`It is ended, results first, after ${lengthText(maxRunMinutes)} at the latest.`,
		...costLines,
		...remarks,
	];
}

const instancesOf = ({count, instanceType, spot}: DeployedRole) =>
	`${count} of ${instanceType}${spot ? ' (spot)' : ''}`;

const times = (count: number, price: number | undefined) => (price === undefined ? undefined : count * price);

function line(role: string, instances: string, each: string, all: string): string {
	return `${fit(role, 20)} ${fit(instances, 26)} ${fit(each, 13, {align: 'right'})} ${fit(all, 13, {align: 'right'})}`;
}

/** `Master, Slave: image worker as ami-0a1b2c3d` */
function imageLines(roles: readonly DeployedRole[]): readonly string[] {
	return [...Map.groupBy(roles, ({image, imageId}) => `image ${image} as ${imageId}`)].map(
		([image, sharing]) => `${sharing.map(({name}) => name).join(', ')}: ${image}`,
	);
}

/** `24 h`, `90 min` */
export function lengthText(minutes: number): string {
	return minutes % 60 === 0 ? `${minutes / 60} h` : plural(minutes, 'minute');
}
