import {join} from 'node:path';
import type {MonitorTarget} from '../monitoring/monitor.js';
import type {Connections} from './connections.js';
import type {DeploymentRun} from './deployment-run.js';
import {type DeployedNode, nodeFolder} from './node.js';
import {unlessAborted} from './unless-aborted.js';

type Needs = Pick<DeploymentRun, 'deployment' | 'folder' | 'monitor' | 'clock' | 'timing' | 'cancel' | 'nodes' | 'say'>;

/** Monitors instances beside everything else. Nothing in here fails or delays the deployment. */
export class MonitoringWatch {
	readonly #needs: Needs;
	readonly #connections: Connections;
	readonly #stop = new AbortController();
	readonly #said = new Set<string>();
	#loops: Promise<unknown> | undefined;

	constructor(needs: Needs, connections: Connections) {
		this.#needs = needs;
		this.#connections = connections;
	}

	start(): void {
		const signal = AbortSignal.any([this.#needs.cancel, this.#stop.signal]);
		this.#loops ??= Promise.all(this.#watched().map(node => this.#watch(node, signal)));
	}

	/** Fetches what is left and the .rrd files, within the limit. */
	async finish(): Promise<void> {
		const {clock, timing, cancel, say} = this.#needs;
		await this.stop();
		const over = new AbortController();
		const signal = AbortSignal.any([cancel, over.signal]);
		const work = Promise.all(
			this.#watched().map(node =>
				this.#quietly(node, signal, async target => this.#needs.monitor.finish(target)).then(() => undefined),
			),
		);
		const limit = clock.sleep(timing.monitorFinishLimitMs, signal).then(
			async () => {
				over.abort(new Error('monitoring takes too long'));
				await say('warning', 'Monitoring data could not be fetched whole in time; going on without the rest.');
			},
			() => undefined,
		);
		await unlessAborted(work, signal).catch(() => undefined);
		over.abort();
		await limit;
		cancel.throwIfAborted();
	}

	/** Ends the watching; returns once nothing of it goes on. */
	async stop(): Promise<void> {
		this.#stop.abort();
		await this.#loops;
	}

	#watched(): readonly DeployedNode[] {
		return this.#needs.nodes().filter(({role}) => role.monitoring);
	}

	async #watch(node: DeployedNode, signal: AbortSignal): Promise<void> {
		const {monitor, clock, timing} = this.#needs;
		let begun = false;
		while (!signal.aborted) {
			if (!begun) {
				begun = await this.#quietly(node, signal, async target => monitor.begin(target));
			}

			const isOver = await clock.sleep(timing.monitorEveryMs, signal).then(
				() => false,
				() => true,
			);
			if (isOver) {
				return;
			}

			if (begun) {
				await this.#quietly(node, signal, async target => monitor.fetch(target));
			}
		}
	}

	/** Whether it worked. A failure is said once in the same words. */
	async #quietly(
		node: DeployedNode,
		signal: AbortSignal,
		action: (target: MonitorTarget) => Promise<void>,
	): Promise<boolean> {
		try {
			const shell = await this.#connections.open(node, signal);
			const target = {
				name: node.name,
				shell: shell.asRoot?.() ?? shell,
				folder: nodeFolder(join(this.#needs.folder, 'monitoring'), node),
				signal,
				say: (level: 'info' | 'warning', message: string) => this.#needs.say(level, message, {node}),
			};
			await unlessAborted(action(target), signal);
			return true;
		} catch (error) {
			const message = `Monitoring of ${node.name} does not work now: ${error instanceof Error ? error.message : String(error)}`;
			if (!signal.aborted && !this.#said.has(message)) {
				this.#said.add(message);
				await this.#needs.say('warning', message, {node}).catch(() => undefined);
			}

			return false;
		}
	}
}
