import type {Cloud} from '../cloud/cloud.js';
import {behind, type Fence} from '../host/fence.js';
import {fencedStore} from '../object-store/fenced-store.js';
import type {Shell} from '../ssh/shell.js';
import type {DeploymentContext} from './deployment-context.js';

/** Puts all that a deployment changes in the world behind the fence of its process. Its journal has one of its own. */
export function fencedWorld(context: DeploymentContext, fence: Fence): DeploymentContext {
	const {cloud, connect, tasks} = context;
	return {
		...context,
		cloud: fencedCloud(cloud, fence),
		connect: async (target, signal) => fencedShell(await connect(target, signal), fence),
		...(tasks && {tasks: behind(fence, tasks, ['start', 'stop'])}),
	};
}

function fencedCloud(cloud: Cloud, fence: Fence): Cloud {
	const {staging} = cloud;
	return behind(
		fence,
		cloud,
		['deregisterImage', 'prepare', 'reserve', 'terminate', 'start', 'stop', 'cleanUp'],
		staging && {staging: {...staging, store: fencedStore(staging.store, fence)}},
	);
}

function fencedShell(shell: Shell, fence: Fence): Shell {
	const {asRoot} = shell;
	return behind(
		fence,
		shell,
		['run', 'script', 'writeFile', 'upload', 'download'],
		asRoot && {asRoot: () => fencedShell(asRoot.call(shell), fence)},
	);
}
