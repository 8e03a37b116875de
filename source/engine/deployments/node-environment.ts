import type {Deployment} from './deployment.js';
import type {DeployedNode} from './node.js';

/** Where the private addresses of all instances lie, one a line, on each of them. */
export const hostFile = '/tmp/d2c.context';

/** What the scripts of a node find in their environment; the first two are named as in the original tool. */
export function nodeEnvironment(
	{problemSize}: Deployment,
	{role, index}: DeployedNode,
	hostCount: number,
): Readonly<Record<string, string>> {
	return {
		D2C_MPI_HOSTFILE: hostFile,
		D2C_MPI_HOSTCOUNT: String(hostCount),
		D2CM_ROLE: role.name,
		D2CM_INDEX: String(index),
		D2CM_PROBLEM_SIZE: String(problemSize),
		// Open MPI refuses to be run by root unless told twice; on an instance there is nothing to protect from its own programs.
		OMPI_ALLOW_RUN_AS_ROOT: '1',
		OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1',
	};
}
