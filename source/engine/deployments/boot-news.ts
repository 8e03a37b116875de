import {CloudSilentError} from '../cloud/cloud-silent-error.js';
import {within} from '../host/within.js';
import {stepRecord} from '../jobs/step-marks.js';
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
	readonly #begunAt: number;
	#saidAt: number;

	constructor(run: NewsRun) {
		this.#run = run;
		this.#saidAt = run.clock.now().getTime();
		const begun = stepRecord(run.journal.records, 'wait-for-boot', 'started');
		this.#begunAt = begun ? Date.parse(begun.at) : this.#saidAt;
	}

	/** When it is time: one line, in the place of the one before. */
	async tell(missing: readonly DeployedNode[]): Promise<void> {
		const {clock, journal, timing, nodes} = this.#run;
		const now = clock.now().getTime();
		if (now - this.#saidAt < timing.bootNewsMs) {
			return;
		}

		this.#saidAt = now;
		const lines = await Promise.all(missing.slice(0, mostConsoles).map(node => this.#lastLine(node)));
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

	async #lastLine({name, instanceId}: DeployedNode): Promise<string> {
		const {cloud, clock, timing, cancel} = this.#run;
		const late = () => new CloudSilentError('it does not show a console.');
		const limit = {clock, limitMs: timing.bootNewsMs, late, signal: cancel};
		// News are no reason to fail or to wait, and what is wrong with the cloud shows elsewhere.
		const output = await within(limit, async () => cloud.consoleOutput(instanceId)).catch(() => '');
		const line = printable(output).trimEnd().split('\n').at(-1)?.trim().slice(0, longestLine);
		return line ? `${name}: ${line}` : `${name}: nothing on its console yet`;
	}
}
