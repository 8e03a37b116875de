import type {CapacityRequest} from '../cloud/cloud.js';
import type {DeployedRole} from './deployment.js';

/** What the roles ask of the cloud, on the types they are planned for. */
export const capacityRequests = (roles: readonly DeployedRole[]): readonly CapacityRequest[] =>
	roles.map(role => {
		const {instanceType, count, imageId} = role;
		return {instanceType, count, imageId, ...marketOf(role)};
	});

/** Whether on spot instances, and at which price at most. */
export const marketOf = ({spot, spotMaxUsd}: DeployedRole): Pick<CapacityRequest, 'spot' | 'spotMaxUsd'> => ({
	...(spot && {spot}),
	...(spot && spotMaxUsd !== undefined && {spotMaxUsd}),
});
