import {within} from '../../host/within.js';
import type {Step} from '../../jobs/step.js';
import {isBegun} from '../../jobs/step-marks.js';
import {ShellSilentError} from '../../ssh/shell-silent-error.js';
import type {DeploymentRun} from '../deployment-run.js';
import {faultWords} from '../fault-words.js';
import type {DeployedNode} from '../node.js';
import {together} from '../together.js';

/**
Ends what still runs of the user's scripts, on all instances at once, so that what they have written is whole and is fetched as it
stays. They are asked to end, as a batch system does it, and have half a minute to write down what they have. What they have handed
on to others goes on. An instance that cannot be reached in time is left to the collecting of its data.
*/
export const stopScripts: Step<DeploymentRun> = {
	name: 'stop-scripts',
	async do(run) {
		const nodes = run.nodes();
		await together(
			run.cancel,
			nodes.length,
			nodes.map(node => async signal => stopOn(run, node, signal)),
		);
	},
};

async function stopOn(run: DeploymentRun, node: DeployedNode, signal: AbortSignal): Promise<void> {
	const {clock, connections, tasks, timing, say} = run;
	const limitMs = timing.stopScriptsLimitMs;
	const ids = begunTasks(run, node);
	const isOver = new AbortController();
	const late = () => new ShellSilentError(node.name, limitMs);
	try {
		const each = AbortSignal.any([signal, isOver.signal]);
		const stopped =
			ids.length === 0
				? 0
				: await within({clock, limitMs, late, signal}, async () =>
						connections.use(node, each, async shell => tasks.stop(shell, ids)),
					);
		if (stopped > 0) {
			await say(
				'info',
				`${stopped === 1 ? 'A script' : `${stopped} scripts`} that still ran on ${node.name} ended by SIGTERM.`,
				{node},
			);
		}
	} catch (error) {
		signal.throwIfAborted();
		const {message, hint} = faultWords(error);
		await say('warning', `The scripts of ${node.name} could not be ended before its data are fetched: ${message}`, {
			node,
			hint,
		});
	} finally {
		isOver.abort(new Error('the time for it is over'));
	}
}

function begunTasks({journal}: DeploymentRun, {name, role}: DeployedNode): readonly string[] {
	const kinds = [
		['start', role.startScripts],
		['async', role.asyncScripts],
	] as const;
	return kinds.flatMap(([kind, scripts]) =>
		[...scripts.keys()]
			.filter(index => isBegun(journal.records, `${kind}-script`, `${name}#${index + 1}`))
			.map(index => `${kind}-${index + 1}`),
	);
}
