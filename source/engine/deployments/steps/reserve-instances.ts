import {type Instance, tagNames} from '../../cloud/cloud.js';
import type {Step} from '../../jobs/step.js';
import {withType} from '../as-reserved.js';
import {clientToken} from '../client-token.js';
import type {DeployedRole} from '../deployment.js';
import type {DeploymentRun} from '../deployment-run.js';
import {ReservationError} from '../reservation-error.js';
import {reserveOneOf} from '../reserve-one-of.js';

/**
Reserves the instances of each role. Where a crash left it open whether a reservation came about, the cloud is asked by tag
first, and then with the same client token, with which it gives the same instances again.
*/
export const reserveInstances: Step<DeploymentRun> = {
	name: 'reserve-instances',
	async do(run) {
		for (const role of run.deployment.roles) {
			run.cancel.throwIfAborted();
			await reserveRole(run, role);
		}
	},
};

/** When the first of them was, as the cloud says. */
export function launched(instances: readonly Instance[]): {readonly launchedAt?: string} {
	const [launchedAt] = instances.map(one => one.launchedAt).toSorted();
	return launchedAt ? {launchedAt} : {};
}

async function reserveRole(run: DeploymentRun, role: DeployedRole): Promise<void> {
	const {deployment, once, say, instances, cancel} = run;
	const token = clientToken(deployment, role.name);
	// They are all in the folder before it is begun: what is there then is what the instances get.
	await run.hostKeys();
	const intent = {clientToken: token, imageId: role.imageId, instanceType: role.instanceType, count: role.count};
	await once(
		'reserve',
		role.name,
		async () => {
			const there = (await instances(cancel)).filter(({tags}) => tags[tagNames.role] === role.name);
			if (there.length === 0) {
				await say(
					'info',
					`Reserving ${role.count} ${role.spot ? 'spot ' : ''}instance(s) of ${role.imageId} with launchKey ${deployment.launchKey}`,
					{role: role.name},
				);
			}

			const reserved =
				there.length === role.count ? there : await reserveOneOf(run, role, {clientToken: token, count: role.count});
			if (reserved.length !== role.count) {
				throw new ReservationError(role.name, role.count, reserved.length);
			}

			const ids = reserved.map(({id}) => id).toSorted();
			await say('info', `Instance(s) reserved with ID: ${ids.join(', ')}`, {role: role.name});
			const {instanceType} = withType(role, reserved[0]?.instanceType);
			return {instances: ids, ...launched(reserved), ...(instanceType !== role.instanceType && {instanceType})};
		},
		intent,
	);
}
