import {clientToken} from './client-token.js';
import type {DeploymentRun} from './deployment-run.js';
import type {DeployedNode} from './node.js';
import {ReservationError} from './reservation-error.js';
import {userData} from './user-data.js';

/** Reserves one instance in the place of one that died before it had booted; with a token of its own, so once for ever. */
export async function replaceInstance(run: DeploymentRun, node: DeployedNode, why: string): Promise<void> {
	const {deployment, cloud, once, say, keys, owner, ask, cancel} = run;
	const {role, name, instanceId} = node;
	const token = clientToken(deployment, `${role.name} in place of ${instanceId}`);
	await once(
		'replace',
		instanceId,
		async () => {
			await say(
				'warning',
				`${name} (${instanceId}) died before it had booted: ${why}. Reserving another in its place.`,
				{
					node,
				},
			);
			const hostKey = (await keys()).hosts.get(role.name);
			const whose = await owner();
			const reserved = await ask(
				async () =>
					cloud.reserve({
						clientToken: token,
						owner: whose,
						role: role.name,
						imageId: role.imageId,
						instanceType: role.instanceType,
						count: 1,
						userData: hostKey ? userData(hostKey) : '',
					}),
				cancel,
			);
			const [instance] = reserved;
			if (!instance || reserved.length !== 1) {
				throw new ReservationError(role.name, 1, reserved.length);
			}

			await say('info', `Instance(s) reserved with ID: ${instance.id}`, {role: role.name});
			return {instance: instance.id};
		},
		{clientToken: token, imageId: role.imageId, instanceType: role.instanceType, count: 1},
	);
}
