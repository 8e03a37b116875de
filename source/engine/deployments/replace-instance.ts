import {asReserved, withType} from './as-reserved.js';
import {clientToken} from './client-token.js';
import type {DeploymentRun} from './deployment-run.js';
import type {DeployedNode} from './node.js';
import {ReservationError} from './reservation-error.js';
import {reserveOneOf} from './reserve-one-of.js';
import {launched} from './steps/reserve-instances.js';

/** Reserves one instance in the place of one that died before it had booted; with a token of its own, so once for ever. */
export async function replaceInstance(run: DeploymentRun, node: DeployedNode, why: string): Promise<void> {
	const {deployment, once, say, journal} = run;
	const {name, instanceId} = node;
	// Of the type that there was room for.
	const [role = node.role] = asReserved([node.role], journal.records);
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
			const reserved = await reserveOneOf(run, role, {clientToken: token, count: 1});
			const [instance] = reserved;
			if (!instance || reserved.length !== 1) {
				throw new ReservationError(role.name, 1, reserved.length);
			}

			await say('info', `Instance(s) reserved with ID: ${instance.id}`, {role: role.name});
			const {instanceType} = withType(role, instance.instanceType);
			return {instance: instance.id, ...launched(reserved), ...(instanceType !== role.instanceType && {instanceType})};
		},
		{clientToken: token, imageId: role.imageId, instanceType: role.instanceType, count: 1},
	);
}
