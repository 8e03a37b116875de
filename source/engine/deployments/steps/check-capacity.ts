import {CapacityError} from '../../cloud/capacity-error.js';
import type {Step} from '../../jobs/step.js';
import {capacityRequests} from '../capacity-requests.js';
import type {DeploymentRun} from '../deployment-run.js';

/** All roles or nothing begins here: what cannot fit as a whole is not reserved in part. */
export const checkCapacity: Step<DeploymentRun> = {
	name: 'check-capacity',
	async do({cloud, deployment, ask, cancel, say}) {
		const requests = capacityRequests(deployment.roles);
		await ask(async () => cloud.checkCapacity(requests), cancel).catch(async (error: unknown) => {
			// Where other types will do, the reservation itself tells.
			if (!(error instanceof CapacityError && deployment.roles.some(({others = []}) => others.length > 0))) {
				throw error;
			}

			await say('warning', `${error.message} Other instance types are tried.`);
		});
	},
};
