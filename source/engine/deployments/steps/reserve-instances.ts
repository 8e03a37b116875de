import {tagNames} from '../../cloud/cloud.js';
import type {Step} from '../../jobs/step.js';
import {clientToken} from '../client-token.js';
import type {DeployedRole} from '../deployment.js';
import type {DeploymentRun} from '../deployment-run.js';
import {ReservationError} from '../reservation-error.js';
import {userData} from '../user-data.js';

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

async function reserveRole(run: DeploymentRun, role: DeployedRole): Promise<void> {
	const {deployment, cloud, once, say, keys, owner, instances, ask, cancel} = run;
	const token = clientToken(deployment, role.name);
	const intent = {clientToken: token, imageId: role.imageId, instanceType: role.instanceType, count: role.count};
	await once(
		'reserve',
		role.name,
		async () => {
			const there = (await instances(cancel)).filter(({tags}) => tags[tagNames.role] === role.name);
			if (there.length === 0) {
				await say(
					'info',
					`Reserving ${role.count} instance(s) of ${role.imageId} with launchKey ${deployment.launchKey}`,
					{role: role.name},
				);
			}

			const hostKey = (await keys()).hosts.get(role.name);
			const whose = await owner();
			const reserved =
				there.length === role.count || !hostKey
					? there
					: await ask(
							async () =>
								cloud.reserve({
									clientToken: token,
									owner: whose,
									role: role.name,
									imageId: role.imageId,
									instanceType: role.instanceType,
									count: role.count,
									userData: userData(hostKey),
								}),
							cancel,
						);
			if (reserved.length !== role.count) {
				throw new ReservationError(role.name, role.count, reserved.length);
			}

			const ids = reserved.map(({id}) => id).toSorted();
			await say('info', `Instance(s) reserved with ID: ${ids.join(', ')}`, {role: role.name});
			return {instances: ids};
		},
		intent,
	);
}
