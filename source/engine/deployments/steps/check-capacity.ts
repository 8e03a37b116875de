import {CapacityError} from '../../cloud/capacity-error.js';
import type {Step} from '../../jobs/step.js';
import {capacityRequests} from '../capacity-requests.js';
import type {Deployment} from '../deployment.js';
import type {DeploymentRun} from '../deployment-run.js';

/** All roles or nothing begins here: what cannot fit as a whole is not reserved in part. */
export const checkCapacity: Step<DeploymentRun> = {
	name: 'check-capacity',
	async do({cloud, deployment, ask, cancel, say, clock, timing}) {
		const requests = capacityRequests(deployment.roles);
		for (let isWaiting = false; ; await clock.sleep(timing.roomPollMs, cancel)) {
			try {
				await ask(async () => cloud.checkCapacity(requests), cancel);
				await (isWaiting && say('info', 'There is room now.'));
				return;
			} catch (error) {
				if (!(error instanceof CapacityError)) {
					throw error;
				}

				// Where other types will do, the reservation itself tells.
				if (deployment.roles.some(({others = []}) => others.length > 0)) {
					await say('warning', `${error.message} Other instance types are tried.`);
					return;
				}

				if (!mayWait(deployment, error)) {
					throw error;
				}

				if (!isWaiting) {
					const hint = `It is looked for every ${timing.roomPollMs / 1000} s. To wait no longer: d2cm cancel ${deployment.id}`;
					await say('warning', `${error.message} Waiting for room.`, {hint});
				}

				isWaiting = true;
			}
		}
	},
};

/** What this machine could not hold with nothing else on it would be waited for in vain. */
export const mayWait = ({whenFull}: Pick<Deployment, 'whenFull'>, {reason}: CapacityError): boolean =>
	whenFull === 'wait' && reason === 'room';
