import type {Instance} from '../cloud/cloud.js';
import {type DeployedRole, type Deployment, nodeName} from './deployment.js';

/** One instance in its part: `master-1`. */
export type DeployedNode = {
	/** `master-1` */
	readonly name: string;
	readonly role: DeployedRole;
	/** From 1. */
	readonly index: number;
	readonly instanceId: string;
};

/** A node whose instance runs. */
export type RunningNode = DeployedNode & {
	readonly privateAddress: string;
	readonly ssh: {readonly host: string; readonly port: number};
};

/** Roles in order, then index: the order of `/tmp/d2c.context`. */
export function deployedNodes(
	deployment: Deployment,
	instanceIds: (role: DeployedRole) => readonly string[],
): readonly DeployedNode[] {
	return deployment.roles.flatMap(role =>
		instanceIds(role).map((instanceId, index) => ({
			name: nodeName(role.name, index + 1),
			role,
			index: index + 1,
			instanceId,
		})),
	);
}

/** The node with what the cloud says of its instance now; undefined while it has no addresses. */
export function runningNode(node: DeployedNode, {state, privateAddress, ssh}: Instance): RunningNode | undefined {
	return state === 'running' && privateAddress !== undefined && ssh ? {...node, privateAddress, ssh} : undefined;
}
