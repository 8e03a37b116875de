import type {Step} from '../../jobs/step.js';
import type {DeploymentRun} from '../deployment-run.js';

/** All roles or nothing begins here: what cannot fit as a whole is not reserved in part. */
export const checkCapacity: Step<DeploymentRun> = {
	name: 'check-capacity',
	async do({cloud, deployment, ask, cancel}) {
		const requests = deployment.roles.map(({instanceType, count, imageId}) => ({instanceType, count, imageId}));
		await ask(async () => cloud.checkCapacity(requests), cancel);
	},
};
