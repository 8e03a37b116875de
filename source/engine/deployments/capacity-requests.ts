import type {CapacityRequest} from '../cloud/cloud.js';
import type {DeployedRole} from './deployment.js';

/** What the roles ask of the cloud, on the types they are planned for. */
export const capacityRequests = (roles: readonly DeployedRole[]): readonly CapacityRequest[] =>
	roles.map(({instanceType, count, imageId, spot}) => ({instanceType, count, imageId, ...(spot && {spot})}));
