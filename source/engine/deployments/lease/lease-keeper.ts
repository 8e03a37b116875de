import {isFinished} from '../../jobs/step-marks.js';
import type {Connections} from '../connections.js';
import type {DeploymentRun} from '../deployment-run.js';
import type {DeployedNode} from '../node.js';
import {unlessAborted} from '../unless-aborted.js';
import {renewLease} from './lease-commands.js';
import {leaseLimits} from './lease-limits.js';

type Needs = Pick<DeploymentRun, 'deployment' | 'journal' | 'clock' | 'timing' | 'cancel' | 'nodes' | 'say'>;

/** So many failures one after the other are worth a word; others tell of connections that break. */
const failuresToSay = 3;
const renewalLimitMs = 60_000;

/** Renews the leases of the instances for as long as this process works on them. Nothing in here fails or delays the deployment. */
export class LeaseKeeper {
	readonly #needs: Needs;
	readonly #connections: Connections;
	readonly #stop = new AbortController();
	#loops: Promise<unknown> | undefined;

	constructor(needs: Needs, connections: Connections) {
		this.#needs = needs;
		this.#connections = connections;
	}

	start(): void {
		const {cancel, deployment, journal, nodes, timing} = this.#needs;
		const limits = leaseLimits(deployment, 0);
		if (!limits) {
			return;
		}

		const signal = AbortSignal.any([cancel, this.#stop.signal]);
		const everyMs = Math.min(timing.leaseEveryMs, (limits.graceSeconds * 1000) / 4);
		const armed = nodes().filter(({name}) => isFinished(journal.records, 'lease', name));
		this.#loops ??= Promise.all(armed.map(async node => this.#keep(node, everyMs, signal)));
	}

	/** Ends the renewing; returns once nothing of it goes on. */
	async stop(): Promise<void> {
		this.#stop.abort();
		await this.#loops;
	}

	async #keep(node: DeployedNode, everyMs: number, signal: AbortSignal): Promise<void> {
		const {clock, say} = this.#needs;
		let failures = 0;
		while (!signal.aborted) {
			const failure = await this.#renew(node, signal);
			if (signal.aborted) {
				return;
			}

			if (failure === undefined && failures >= failuresToSay) {
				await say('info', `The lease of ${node.name} is renewed again.`, {node}).catch(() => undefined);
			}

			failures = failure === undefined ? 0 : failures + 1;
			if (failures === failuresToSay) {
				const words = `The lease of ${node.name} cannot be renewed now: ${failure} Unless that changes, the instance will end itself.`;
				await say('warning', words, {node}).catch(() => undefined);
			}

			await clock.sleep(everyMs, signal).catch(() => undefined);
		}
	}

	/** What went wrong, if anything. */
	async #renew(node: DeployedNode, signal: AbortSignal): Promise<string | undefined> {
		try {
			const shell = await this.#connections.open(node, signal);
			const command = renewLease(String(this.#needs.clock.now().getTime()));
			const {code, stderr} = await unlessAborted(shell.run(command, {timeoutMs: renewalLimitMs, signal}), signal);
			return code === 0 ? undefined : stderr.trim().slice(-200) || `exit code ${code}.`;
		} catch (error) {
			return error instanceof Error ? error.message : String(error);
		}
	}
}
