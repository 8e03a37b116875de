import type {Step} from '../../jobs/step.js';
import type {RemoteTaskStatus} from '../../ssh/remote-task.js';
import type {DeploymentRun} from '../deployment-run.js';
import type {DeployedNode} from '../node.js';
import {borneHint} from '../node-completion.js';
import {nodeEnvironment} from '../node-environment.js';
import {mustBeInTime} from '../run-limit.js';
import {howItEnded, ScriptFailedError} from '../script-failed-error.js';
import {together} from '../together.js';
import {untilSaid} from '../until-said.js';

/** Most start scripts are over at once; where the instance cannot say so, it is asked soon. */
const firstPauseMs = 15;

/** Runs the start scripts in order on each instance, instances side by side; each script once, whatever happens to us. */
export const runStartScripts: Step<DeploymentRun> = {
	name: 'run-start-scripts',
	async do(run) {
		await run.say('info', 'Starting roles');
		await together(
			run.cancel,
			run.deployment.roles.reduce((sum, {count}) => sum + count, 0),
			run.nodes().map(node => async signal => {
				for (const [index, command] of node.role.startScripts.entries()) {
					await run.once('start-script', `${node.name}#${index + 1}`, async () => {
						await runScript(run, node, signal, `start-${index + 1}`, command);
						return undefined;
					});
				}
			}),
		);
	},
};

async function runScript(
	run: DeploymentRun,
	node: DeployedNode,
	signal: AbortSignal,
	id: string,
	command: string,
): Promise<void> {
	const {tasks, connections, clock, timing, say, deployment} = run;
	const begunAt = clock.now().getTime();
	const environment = nodeEnvironment(deployment, node, run.nodes().length);
	await say('info', `Executing: ${command}`, {node});
	let status: RemoteTaskStatus | undefined = await connections.use(node, signal, shell =>
		tasks.start(shell, {id, command, environment}),
	);
	const firstMs = tasks.whenEnded ? timing.scriptPollMs : Math.min(firstPauseMs, timing.scriptPollMs);
	for (let pauseMs = firstMs; ; pauseMs = Math.min(pauseMs * 2, timing.scriptPollMs)) {
		if (status?.state === 'ended' && status.code === 0) {
			const seconds = (clock.now().getTime() - begunAt) / 1000;
			await say('info', `Start script ended after ${seconds.toFixed(1)} s on ${node.name}.`, {node});
			return;
		}

		if (status?.state !== 'running') {
			const output = await connections.use(node, signal, shell => tasks.lastOutput(shell, id));
			const failure = new ScriptFailedError(node.name, node.role.name, command, howItEnded(status), output);
			if (node.role.onScriptError !== 'continue') {
				throw failure;
			}

			await say('warning', failure.message, {node, hint: borneHint});
			return;
		}

		mustBeInTime(run, `${node.name} still ran a start script`);
		const said = await untilSaid(run, node, [id], pauseMs, signal);
		status = said?.status ?? (await connections.use(node, signal, shell => tasks.status(shell, [id])))[0];
	}
}
