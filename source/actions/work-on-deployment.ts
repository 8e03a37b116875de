import {readDeployment} from '../engine/deployments/deployment-file.js';
import {runDeployment} from '../engine/deployments/run-deployment.js';
import {systemClock} from '../engine/host/system-clock.js';
import {createCollectdMonitor} from '../engine/monitoring/collectd-monitor.js';
import {connectSsh2} from '../engine/ssh/ssh2-shell.js';
import type {ActionContext} from './action-context.js';
import type {JobDefinition} from './job-folders.js';
import type {JobRun} from './run-job.js';

/** Wires a deployment to the world. It writes its end itself. */
export async function workOnDeployment(
	{cloud}: ActionContext,
	{folder}: Extract<JobDefinition, {kind: 'deployment'}>,
	{journal, cancel}: JobRun,
): Promise<void> {
	const deployment = await readDeployment(folder);
	await runDeployment({
		deployment,
		folder,
		cloud: await cloud(deployment.cloud),
		connect: connectSsh2,
		journal,
		monitor: createCollectdMonitor(),
		clock: systemClock,
		cancel,
	});
}
