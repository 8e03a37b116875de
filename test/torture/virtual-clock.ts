import type {Clock} from '../../source/engine/host/clock.js';

type Timer = {readonly at: number; readonly wake: () => void; readonly isAlive: () => boolean};

/** What waits for nothing and is not over: it would hang for ever. */
export class Stuck extends Error {}

/** What goes on longer than anything may. */
export class Endless extends Error {}

/** When the world began, as all clocks show it that were not set. */
export const beginMs = Date.UTC(2026, 10, 22, 10);

/**
Time of a simulated world: it stands still while anything can go on, and jumps to the next sleeper when all sleep. So a run of
hours takes milliseconds, and the same run goes the same way each time.
*/
export class VirtualClock {
	/** Milliseconds since the world began, whatever clocks were set to. */
	passedMs = 0;
	/** What the clock of this machine shows too much. */
	#aheadMs = 0;
	#timers: Timer[] = [];

	readonly now = (): Date => new Date(beginMs + this.passedMs + this.#aheadMs);

	/** The wall clock is set. */
	jump(ms: number): void {
		this.#aheadMs += ms;
	}

	/** Time without anybody of ours. */
	skip(ms: number): void {
		this.passedMs += ms;
	}

	/** A clock of one process: once that is dead, its sleepers sleep for ever. */
	ofProcess(isAlive: () => boolean): Clock {
		return {
			now: this.now,
			sleep: async (ms, signal) =>
				new Promise<void>((resolve, reject) => {
					const settle = (action: () => void) => {
						signal?.removeEventListener('abort', abort);
						if (isAlive()) {
							action();
						}
					};
					const abort = () => {
						this.#timers = this.#timers.filter(other => other !== timer);
						settle(() => reject(signal?.reason));
					};
					const timer = {at: this.passedMs + Math.max(0, ms), wake: () => settle(resolve), isAlive};
					if (!isAlive()) {
						return;
					}

					if (signal?.aborted) {
						reject(signal.reason);
						return;
					}

					signal?.addEventListener('abort', abort, {once: true});
					this.#timers.push(timer);
				}),
		};
	}

	/** What sleeps in processes that died. */
	forgetSleepers(): void {
		this.#timers = this.#timers.filter(({isAlive}) => isAlive());
	}

	/**
	Lets time pass until the promise is settled.

	@throws {Stuck} When nobody sleeps and it is not.
	@throws {Endless} When the limit is over.
	*/
	async runUntil<T>(promise: Promise<T>, limitMs: number): Promise<T> {
		let isSettled = false;
		const settle = () => {
			isSettled = true;
		};
		promise.then(settle, settle);
		const untilMs = this.passedMs + limitMs;
		for (let quiet = 0; ; ) {
			await new Promise(setImmediate); // By now everything that could go on without time has.
			if (isSettled) {
				return promise;
			}

			const next = this.#takeNext();
			quiet = next ? 0 : quiet + 1;
			if (quiet > 3) {
				throw new Stuck('Nothing goes on any more, and it is not over.');
			}

			if (next) {
				this.passedMs = Math.max(this.passedMs, next.at);
				if (this.passedMs > untilMs) {
					throw new Endless(`It was not over after ${Math.round(limitMs / 60_000)} minutes.`);
				}

				next.wake();
			}
		}
	}

	#takeNext(): Timer | undefined {
		let first: Timer | undefined;
		for (const timer of this.#timers) {
			if (!first || timer.at < first.at) {
				first = timer;
			}
		}

		this.#timers = this.#timers.filter(timer => timer !== first);
		return first;
	}
}
