import {join} from 'node:path';
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

/**
Says where what comes from a node lies below a folder of the deployment. Nothing else makes such a path. The id is the word of a
cloud: whatever in it is not of an id is escaped, so that it leads nowhere else.
*/
export function nodeFolder(root: string, {role, instanceId}: DeployedNode): string {
	const name = instanceId.replaceAll(
		/[^A-Za-z0-9-]/gu,
		character => `%${Buffer.from(character).toString('hex').toUpperCase()}`,
	);
	return join(root, role.name, name.slice(0, 120) || '%');
}

/** The node with what the cloud says of its instance now; undefined while it has no addresses. */
export function runningNode(node: DeployedNode, {state, privateAddress, ssh}: Instance): RunningNode | undefined {
	return state === 'running' && privateAddress !== undefined && ssh ? {...node, privateAddress, ssh} : undefined;
}
