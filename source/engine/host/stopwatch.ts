import type {Clock} from './clock.js';

/**
Measures a wait by many small looks at the clock. Between two looks no more than `mostStepMs` counts, and nothing when the clock
went backwards: so a clock that is set, or a machine that slept, neither ends a wait nor prolongs it.
*/
export class Stopwatch {
	#passedMs = 0;
	#lookedAt: number;

	constructor(
		readonly clock: Pick<Clock, 'now'>,
		/** More than what lies between two looks when all goes well. */
		readonly mostStepMs = 60_000,
	) {
		this.#lookedAt = clock.now().getTime();
	}

	passedMs(): number {
		const now = this.clock.now().getTime();
		this.#passedMs += Math.min(Math.max(0, now - this.#lookedAt), this.mostStepMs);
		this.#lookedAt = now;
		return this.#passedMs;
	}
}
