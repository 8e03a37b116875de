import {readDeployment} from '../engine/deployments/deployment-file.js';
import {fencedWorld} from '../engine/deployments/fenced-world.js';
import {runDeployment} from '../engine/deployments/run-deployment.js';
import {AppError} from '../engine/errors/app-error.js';
import {whileFenced} from '../engine/host/fence.js';
import {systemClock} from '../engine/host/system-clock.js';
import {createCollectdMonitor} from '../engine/monitoring/collectd-monitor.js';
import {connectSsh2} from '../engine/ssh/ssh2-shell.js';
import type {ActionContext} from './action-context.js';
import type {JobDefinition} from './job-folders.js';
import type {JobRun} from './run-job.js';

/**
Wires a deployment to the world. It writes its end itself. When even the wiring fails, nothing is known of what still runs,
so the deployment is left unended, to be resumed once that is mended, unless it had not begun.
*/
export async function workOnDeployment(
	{cloud}: ActionContext,
	{folder}: Extract<JobDefinition, {kind: 'deployment'}>,
	{journal, fence, cancel, finish}: JobRun,
): Promise<void> {
	const {deployment, adapter} = await open(folder, cloud).catch((error: unknown) => {
		const isBegun = journal.records.some(({kind}) => kind === 'state' || kind === 'step');
		throw isBegun && error instanceof AppError ? new Error(`${error.message} ${error.hint}`, {cause: error}) : error;
	});
	const world = {
		deployment,
		folder,
		cloud: adapter,
		connect: connectSsh2,
		journal,
		monitor: createCollectdMonitor(),
		clock: systemClock,
		cancel,
		finish,
	};
	await whileFenced(fence, async () => runDeployment(fencedWorld(world, fence)));
}

async function open(folder: string, cloud: ActionContext['cloud']) {
	const deployment = await readDeployment(folder);
	return {deployment, adapter: await cloud(deployment.cloud)};
}
