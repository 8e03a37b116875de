import type {Step} from '../../jobs/step.js';
import type {DeploymentRun} from '../deployment-run.js';
import {nodeEnvironment} from '../node-environment.js';
import {together} from '../together.js';

/** Comes when every role has ended its start scripts, not before: what the daemons of one role need of another is there. */
export const startAsyncScripts: Step<DeploymentRun> = {
	name: 'start-async-scripts',
	reaches: 'ROLES_STARTED',
	async do(run) {
		const {tasks, connections, deployment, timing} = run;
		const nodes = run.nodes();
		await together(
			run.cancel,
			timing.concurrency,
			nodes.map(node => async signal => {
				const environment = nodeEnvironment(deployment, node, nodes.length);
				for (const [index, command] of node.role.asyncScripts.entries()) {
					await run.once('async-script', `${node.name}#${index + 1}`, async () => {
						await run.say('info', `Executing in the background: ${command}`, {node});
						await connections.use(node, signal, shell =>
							tasks.start(shell, {id: `async-${index + 1}`, command, environment}),
						);
						return undefined;
					});
				}
			}),
		);
	},
};
