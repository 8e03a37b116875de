import {asNeeded} from '../ssh/as-needed.js';
import {limited} from '../ssh/limited.js';
import type {RemoteTaskStatus} from '../ssh/remote-task.js';
import type {DoneCheck} from '../templates/template.js';
import type {DeploymentRun} from './deployment-run.js';
import {awaitCheckStep, type DoneRule, doneRule} from './done-rule.js';
import {LogWatcher} from './log-watcher.js';
import type {DeployedNode} from './node.js';
import {mustBeInTime} from './run-limit.js';
import {timeOf} from './run-time-error.js';
import {howItEnded, ScriptFailedError} from './script-failed-error.js';
import {untilSaid} from './until-said.js';

type Check = {readonly check: DoneCheck; readonly watcher: LogWatcher | undefined; holds: boolean};

/** How a node stands at one look. */
type Standing = {
	readonly isDone: boolean;
	/** No async script of it runs any more. */
	readonly haveEnded: boolean;
	/** Index of an async script that has failed, where that ends the run. */
	readonly failed: number | undefined;
	/** Each like `there is no /root/done`. */
	readonly unmet: readonly string[];
};

/** One node of a run that is waited for: its async scripts, and its done checks, which decide where there are any. */
export class NodeCompletion {
	readonly node: DeployedNode;
	readonly rule: DoneRule;
	readonly #run: DeploymentRun;
	readonly #ids: readonly string[];
	readonly #checks: readonly Check[];
	/** Those that do not run any more. */
	readonly #ended = new Map<string, RemoteTaskStatus>();
	readonly #oneByOne = limited(1);

	constructor(run: DeploymentRun, node: DeployedNode) {
		const {asyncScripts, doneChecks} = node.role;
		this.#run = run;
		this.node = node;
		this.rule = doneRule(node.role, run.deployment.roles);
		this.#ids = asyncScripts.map((_, index) => `async-${index + 1}`);
		this.#checks = doneChecks.map(check => ({
			check,
			watcher: check.kind === 'log' ? new LogWatcher(check.path, check.pattern) : undefined,
			holds: false,
		}));
	}

	/**
	Waits until all done checks hold, whatever has become of scripts that ended with 0: they may have handed their work on. Where no
	role has a check, until all async scripts have ended.

	@throws {ScriptFailedError} When a script failed first, and the role does not bear that.
	*/
	async untilDone(signal: AbortSignal): Promise<void> {
		const {node} = this;
		for (let hadEnded = false; ; ) {
			const {isDone, failed, haveEnded, unmet} = await this.look(signal);
			if (isDone) {
				if (failed !== undefined) {
					const how = howItEnded(this.#ended.get(this.#ids[failed] ?? ''));
					await this.#run.say('warning', `${node.name} is done, though an async script ${how}.`, {node});
				}

				return;
			}

			if (failed !== undefined) {
				throw await this.#failure(failed, unmet, signal);
			}

			// What a script writes at its very end may be seen at the next look only.
			if (haveEnded && hadEnded && this.#ids.length > 0) {
				await this.#sayAwaited(unmet);
			}

			hadEnded = haveEnded;
			mustBeInTime(this.#run, `${node.name} was not done${unmet.length > 0 ? ` (${unmet.join(', ')})` : ''}`);
			await this.#pause(signal);
		}
	}

	/** Watches the async scripts of a node that is not waited for. @returns The failure of one; undefined when all have ended. */
	async scriptFailure(signal: AbortSignal): Promise<ScriptFailedError | undefined> {
		for (;;) {
			const {failed, haveEnded} = await this.look(signal);
			if (failed !== undefined || haveEnded) {
				return failed === undefined ? undefined : this.#failure(failed, [], signal);
			}

			await this.#pause(signal);
		}
	}

	/** Looks once, at the scripts first, then at the checks: what a script did before its end is seen. */
	async look(signal: AbortSignal): Promise<Standing> {
		return this.#oneByOne(async () => {
			const {connections, tasks} = this.#run;
			const open = this.#ids.filter(id => !this.#ended.has(id));
			const asked =
				open.length === 0 ? [] : await connections.use(this.node, signal, shell => tasks.status(shell, open));
			for (const [index, id] of open.entries()) {
				const status = asked[index] ?? {state: 'absent'};
				if (status.state !== 'running') {
					this.#ended.set(id, status);
				}
			}

			for (const entry of this.#checks.filter(({holds}) => !holds)) {
				const {check, watcher} = entry;
				entry.holds = await connections.use(this.node, signal, async (shell, touch) =>
					watcher
						? watcher.look(shell, touch)
						: (await asNeeded(shell, async one => one.stat(check.path))) !== undefined,
				);
			}

			return this.#standing(signal);
		});
	}

	async #standing(signal: AbortSignal): Promise<Standing> {
		const failed = [...this.#ids.keys()].filter(index => hasFailed(this.#ended.get(this.#ids[index] ?? '')));
		const isBorne = this.node.role.onScriptError === 'continue';
		for (const index of isBorne ? failed : []) {
			await this.#sayBorne(index, signal);
		}

		const unmet = this.#checks.filter(({holds}) => !holds).map(({check}) => wording(check));
		const haveEnded = this.#ended.size === this.#ids.length;
		const endsRun = isBorne ? undefined : failed[0];
		return {
			isDone: unmet.length === 0 && (this.rule === 'checks' || (haveEnded && endsRun === undefined)),
			haveEnded,
			failed: endsRun,
			unmet,
		};
	}

	/** Until a script has said its end, or so long that it is time for another look. */
	async #pause(signal: AbortSignal): Promise<void> {
		const running = this.#ids.filter(id => !this.#ended.has(id));
		const said = await untilSaid(this.#run, this.node, running, this.#run.timing.completionPollMs, signal);
		if (said) {
			this.#ended.set(said.id, said.status);
		}
	}

	async #sayAwaited(unmet: readonly string[]): Promise<void> {
		const {deployment, once, say} = this.#run;
		const {node} = this;
		const effect = async () => {
			await say(
				'info',
				`The async scripts of ${node.name} have ended, and ${unmet.join(', and ')}: that is waited for until the run has lasted ${timeOf(deployment.maxRunMinutes)}, its limit.`,
				{
					node,
					hint: `If it will not come: \`d2cm finish ${deployment.id}\` ends the run, results first; \`d2cm cancel ${deployment.id}\` drops them.`,
				},
			);
			return undefined;
		};
		await once(awaitCheckStep, node.name, effect, {unmet});
	}

	async #sayBorne(index: number, signal: AbortSignal): Promise<void> {
		const {node} = this;
		await this.#run.once('script-error', `${node.name}#${this.#ids[index]}`, async () => {
			const {message} = await this.#failure(index, [], signal);
			await this.#run.say('warning', message, {node, hint: borneHint});
			return undefined;
		});
	}

	async #failure(index: number, unmet: readonly string[], signal: AbortSignal): Promise<ScriptFailedError> {
		const {connections, tasks} = this.#run;
		const {node} = this;
		const id = this.#ids[index] ?? '';
		const output = await connections.use(node, signal, shell => tasks.lastOutput(shell, id));
		const what = [howItEnded(this.#ended.get(id)), ...unmet].join(' and ');
		return new ScriptFailedError(node.name, node.role.name, node.role.asyncScripts[index] ?? '', what, output);
	}
}

/** Why the run goes on, for whoever reads of a script that failed. */
export const borneHint = 'The run goes on, as the template has it for this role (onScriptError: continue).';

/**
One that left no exit code counts as failed, whether there are checks or not: it had not come to its end when its instance was
rebooted, or it was killed, so what the checks wait for will not come of it.
*/
const hasFailed = (status: RemoteTaskStatus | undefined): boolean =>
	status !== undefined && !(status.state === 'ended' && status.code === 0);

const wording = (check: DoneCheck) =>
	check.kind === 'file' ? `there is no ${check.path}` : `no line of ${check.path} matches /${check.pattern}/`;
