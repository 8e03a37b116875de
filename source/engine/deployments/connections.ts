import type {Instance} from '../cloud/cloud.js';
import {CloudSilentError} from '../cloud/cloud-silent-error.js';
import {isPassing} from '../errors/app-error.js';
import {Stopwatch} from '../host/stopwatch.js';
import {within} from '../host/within.js';
import {ConnectionLostError} from '../ssh/connection-lost-error.js';
import {HostKeyError} from '../ssh/host-key-error.js';
import type {Shell} from '../ssh/shell.js';
import {ShellSilentError} from '../ssh/shell-silent-error.js';
import type {DeploymentRun} from './deployment-run.js';
import {pinnedHostKeys} from './host-key/pinned-host-key.js';
import {endOf, isAsleep} from './instance-end.js';
import {InstanceLostError} from './instance-lost-error.js';
import {InstanceUnreachableError} from './instance-unreachable-error.js';
import {LoginUsers} from './login-user.js';
import {type DeployedNode, runningNode} from './node.js';
import {unlessAborted} from './unless-aborted.js';

type Needs = Pick<
	DeploymentRun,
	| 'deployment'
	| 'journal'
	| 'connect'
	| 'cancel'
	| 'clock'
	| 'timing'
	| 'keys'
	| 'hostKeys'
	| 'instances'
	| 'instancesNow'
	| 'letIn'
	| 'nodes'
	| 'say'
>;

/** Something done on an instance. What may take long calls `touch` while it gets on. */
type Action<T> = (shell: Shell, touch: () => void) => Promise<T>;

/** A connection that lasted so long was a good one: the patience with its instance begins anew. */
const goodConnectionMs = 30_000;

/** What is lost for so long may be lost because this machine has another address by now; that is seen to so often. */
const letInAfterMs = 60_000;
const letInEveryMs = 2 * 60_000;

/** Keeps one connection to each instance, and makes a new one when it breaks: one SSH error is not the end of a deployment. */
export class Connections {
	readonly #needs: Needs;
	readonly #shells = new Map<string, Promise<Shell>>();
	/** As the cloud last showed them while they ran: to connect again, it need not be asked. */
	readonly #known = new Map<string, Instance>();
	readonly #logins: LoginUsers;
	#instances: Promise<readonly Instance[]> | undefined;
	#lettingIn: {readonly since: Stopwatch; readonly done: Promise<void>} | undefined;

	constructor(needs: Needs) {
		this.#needs = needs;
		this.#logins = new LoginUsers(needs);
	}

	/**
	Does something on an instance. It is done again from its beginning when the connection breaks, or when nothing comes back
	within the limit (by default that for a short command), so repeating it must do no harm.

	@throws {InstanceLostError} When the cloud says that the instance runs no more.
	@throws {InstanceUnreachableError} When it runs and cannot be reached for too long, though the cloud can.
	@throws {HostKeyError} When another machine answers where the cloud says that it is.
	*/
	async use<T>(
		node: DeployedNode,
		signal: AbortSignal,
		action: Action<T>,
		limitMs = this.#needs.timing.commandLimitMs,
	): Promise<T> {
		const {clock, timing, say, deployment} = this.#needs;
		const late = () => new ShellSilentError(node.name, limitMs);
		// For as long as an instance lives without us.
		const longestOutageMs = (deployment.leaseHours ?? 1) * 3_600_000;
		let lost: Stopwatch | undefined;
		let unheard: Stopwatch | undefined;
		for (let attempt = 0; ; attempt++) {
			const begunAt = clock.now().getTime();
			let used: Promise<Shell> | undefined;
			try {
				const shell = await this.open(node, signal);
				used = this.#shells.get(node.instanceId);
				const result = await within({clock, limitMs, late, signal}, async touch => action(shell, touch));
				if (lost) {
					await say('info', `${node.name} answers again.`, {node});
				}

				return result;
			} catch (error) {
				signal.throwIfAborted();
				const before = this.address(node);
				if (!isPassing(error) && !(error instanceof HostKeyError)) {
					throw error;
				}

				this.#forget(node, used);
				const isHeard = await this.#mustLive(node, signal);
				// What answers where it was is another machine.
				if (error instanceof HostKeyError && isSame(before, this.address(node))) {
					throw error;
				}

				const wasGood =
					!(error instanceof ShellSilentError) &&
					clock.now().getTime() - begunAt > goodConnectionMs + timing.commandLimitMs;
				if (!lost || wasGood) {
					attempt = 0;
					lost = new Stopwatch(clock, 2 * limitMs + timing.commandLimitMs);
					await say('warning', `${error.message} Trying again.`, {node});
				}

				// The network of this machine may be down: what runs there is none the worse for that.
				unheard = isHeard ? undefined : (unheard ?? new Stopwatch(clock, lost.mostStepMs));
				if (unheard && unheard.passedMs() < longestOutageMs) {
					lost = new Stopwatch(clock, lost.mostStepMs);
				}

				const lostMs = lost.passedMs();
				if (lostMs > letInAfterMs) {
					await this.#letIn(signal);
				}

				if (lostMs > timing.unreachableLimitMs) {
					throw new InstanceUnreachableError([node.name], lostMs / 1000, error.message, {cause: error});
				}

				await clock.sleep(Math.min(500 * 2 ** Math.min(attempt, 10), timing.reconnectPauseMs), signal);
			}
		}
	}

	/** The kept connection, or a new one, shared by all who ask meanwhile. Tries once. */
	async open(node: DeployedNode, signal: AbortSignal): Promise<Shell> {
		const kept = this.#shells.get(node.instanceId);
		if (kept) {
			const shell = await unlessAborted(kept, signal);
			if (!shell.closed) {
				return shell;
			}

			this.#forget(node, kept);
		}

		const opening = this.#shells.get(node.instanceId) ?? this.#connect(node);
		this.#shells.set(node.instanceId, opening);
		opening.catch(() => this.#forget(node, opening));
		return unlessAborted(opening, signal);
	}

	/** What the cloud said of instances to somebody else: it need not be asked again. */
	learn(instances: readonly Instance[]): void {
		for (const instance of instances.filter(({state}) => state === 'running')) {
			this.#known.set(instance.id, instance);
		}
	}

	/** Where the user reaches it by SSH, as last known. */
	address(node: DeployedNode): Instance['ssh'] {
		return this.#known.get(node.instanceId)?.ssh;
	}

	closeAll(): void {
		for (const opening of this.#shells.values()) {
			closeWhenOpen(opening);
		}

		this.#shells.clear();
	}

	#forget(node: DeployedNode, opening: Promise<Shell> | undefined): void {
		if (opening && this.#shells.get(node.instanceId) === opening) {
			this.#shells.delete(node.instanceId);
			this.#instances = undefined;
			closeWhenOpen(opening);
		}
	}

	async #connect(node: DeployedNode): Promise<Shell> {
		const {connect, keys, hostKeys, instances, cancel: signal} = this.#needs;
		if (!this.#known.has(node.instanceId)) {
			this.#instances ??= instances(signal);
			this.learn(await this.#instances);
		}

		const instance = this.#known.get(node.instanceId);
		const running = instance && runningNode(node, instance);
		if (!running) {
			this.#instances = undefined;
			throw new ConnectionLostError(node.name, 'the cloud does not show its instance as running yet');
		}

		const {login} = await keys();
		const pinned = pinnedHostKeys(this.#needs.journal.records, await hostKeys(), node);
		const {clock, timing} = this.#needs;
		const late = () => new ShellSilentError(node.name, timing.commandLimitMs);
		return this.#logins.connect(node, async user =>
			within({clock, limitMs: timing.commandLimitMs, late, signal}, async () =>
				connect(
					{
						name: node.name,
						host: running.ssh.host,
						port: running.ssh.port,
						user,
						privateKey: login.privateKey,
						hostKeys: pinned,
					},
					signal,
				),
			),
		);
	}

	/** Once for all that wait. Whether it worked, the next attempt to connect tells. */
	async #letIn(signal: AbortSignal): Promise<void> {
		const {clock, timing, cancel, letIn} = this.#needs;
		if (!this.#lettingIn || this.#lettingIn.since.passedMs() >= letInEveryMs) {
			const late = () => new CloudSilentError('it did not let this machine in.');
			const limit = {clock, limitMs: timing.commandLimitMs, late, signal: cancel};
			const done = within(limit, async () => letIn(cancel)).catch(() => undefined);
			this.#lettingIn = {since: new Stopwatch(clock, letInEveryMs), done};
		}

		await unlessAborted(this.#lettingIn.done, signal);
	}

	/** A cloud that gives no answer says nothing against it. @returns Whether it gave one. */
	async #mustLive(node: DeployedNode, signal: AbortSignal): Promise<boolean> {
		const instances = await this.#needs.instancesNow(signal);
		this.learn(instances ?? []);
		const instance = instances?.find(({id}) => id === node.instanceId);
		const end = instance && endOf(instance);
		if (end !== undefined) {
			throw new InstanceLostError(node.name, node.instanceId, end, isAsleep(instance));
		}

		return instances !== undefined;
	}
}

const isSame = (one: Instance['ssh'], other: Instance['ssh']): boolean =>
	one?.host === other?.host && one?.port === other?.port;

function closeWhenOpen(opening: Promise<Shell>): void {
	opening.then(
		shell => shell.close(),
		() => undefined,
	);
}
