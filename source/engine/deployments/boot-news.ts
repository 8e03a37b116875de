import {CloudSilentError} from '../cloud/cloud-silent-error.js';
import {within} from '../host/within.js';
import {stepRecord} from '../jobs/step-marks.js';
import {BootFailedError, bootFailure} from './boot-failure.js';
import type {DeploymentRun} from './deployment-run.js';
import type {DeployedNode} from './node.js';
import {printable} from './printable.js';

type NewsRun = Pick<DeploymentRun, 'cancel' | 'cloud' | 'clock' | 'journal' | 'timing' | 'nodes'>;

/** Consoles read at once: a cloud allows only so many questions. */
const mostConsoles = 3;
const longestLine = 60;

/** Says now and then how long a boot takes and what the awaited instances wrote last: else it is silent for minutes. */
export class BootNews {
	readonly #run: NewsRun;
	/** What the consoles of instances, by their ids, said of a boot that has stopped when they were last looked at. */
	readonly #signs = new Map<string, string>();
	#looks = 0;
	readonly #begunAt: number;
	#saidAt: number;

	constructor(run: NewsRun) {
		this.#run = run;
		this.#saidAt = run.clock.now().getTime();
		const begun = stepRecord(run.journal.records, 'wait-for-boot', 'started');
		this.#begunAt = begun ? Date.parse(begun.at) : this.#saidAt;
	}

	/**
	Tells, when it is time, in one line in the place of the one before. Of many instances the consoles are looked at in turn, those
	first that have given a sign of having stopped.

	@throws {BootFailedError} When a console says so the second time: nobody has to wait for that instance any more.
	*/
	async tell(missing: readonly DeployedNode[]): Promise<void> {
		const {clock, journal, timing, nodes} = this.#run;
		const now = clock.now().getTime();
		if (now - this.#saidAt < timing.bootNewsMs) {
			return;
		}

		this.#saidAt = now;
		const looked = this.#choose(missing);
		const consoles = await Promise.all(looked.map(async node => ({node, output: await this.#console(node)})));
		const failed = consoles.flatMap(({node, output}) => this.#failure(node, output) ?? []);
		if (failed[0]) {
			throw failed[0];
		}

		const lines = consoles.map(({node, output}) => lastLine(node, output));
		const more = missing.length - mostConsoles;
		const note = [
			`${Math.round((now - this.#begunAt) / 1000)} s so far`,
			...lines,
			...(more > 0 ? [`and ${more} more`] : []),
		].join('; ');
		const total = nodes().length;
		await journal.append({
			kind: 'progress',
			task: 'boot',
			done: total - missing.length,
			total,
			unit: 'steps',
			note,
		});
	}

	#choose(missing: readonly DeployedNode[]): readonly DeployedNode[] {
		const begin = (this.#looks++ * mostConsoles) % Math.max(1, missing.length);
		const inTurn = [...missing.slice(begin), ...missing.slice(0, begin)];
		const isSuspect = ({instanceId}: DeployedNode) => this.#signs.has(instanceId);
		const chosen = [...missing.filter(isSuspect), ...inTurn.filter(node => !isSuspect(node))].slice(0, mostConsoles);
		return missing.filter(node => chosen.includes(node));
	}

	async #console({instanceId}: DeployedNode): Promise<string> {
		const {cloud, clock, timing, cancel} = this.#run;
		const late = () => new CloudSilentError('it does not show a console.');
		const limit = {clock, limitMs: timing.bootNewsMs, late, signal: cancel};
		// News are no reason to fail or to wait, and what is wrong with the cloud shows elsewhere.
		return within(limit, async () => cloud.consoleOutput(instanceId)).catch(() => '');
	}

	/** What one look shows may be followed by more: only what the next one shows, too, is believed. */
	#failure({name, instanceId}: DeployedNode, output: string): BootFailedError | undefined {
		const failure = bootFailure(output);
		const before = this.#signs.get(instanceId);
		if (!failure) {
			this.#signs.delete(instanceId);
			return undefined;
		}

		this.#signs.set(instanceId, failure.what);
		return before === failure.what ? new BootFailedError(name, instanceId, failure) : undefined;
	}
}

function lastLine({name}: DeployedNode, output: string): string {
	const line = printable(output).trimEnd().split('\n').at(-1)?.trim().slice(0, longestLine);
	return line ? `${name}: ${line}` : `${name}: nothing on its console yet`;
}
