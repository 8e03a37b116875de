import {setTimeout as delay, setImmediate as nextTurn} from 'node:timers/promises';
import type {Clock} from '../../source/engine/host/clock.js';
import {isAnswerAwaited} from './is-answer-awaited.js';

type Sleeper = {readonly at: number; readonly wake: () => void};

/**
Time that passes so many times as fast as ours while somebody sleeps, but stands still while there is work to do: where a
machine is busy with other things all takes longer, and nothing that is waited for comes after its limit.
*/
export function scaledClock(speed: number): Clock {
	let now = Date.now();
	let isRunning = false;
	const sleepers = new Set<Sleeper>();
	const next = () => Math.min(...[...sleepers].map(({at}) => at));

	const run = async () => {
		isRunning = true;
		const [start, since] = [now, performance.now()];
		while (sleepers.size > 0) {
			// One who sleeps for less may come meanwhile.
			await delay(Math.min(10, Math.max(0, since + (next() - start) / speed - performance.now())));
			await untilIdle();
			if (performance.now() >= since + (next() - start) / speed) {
				now = Math.max(now, next());
				for (const sleeper of [...sleepers].filter(({at}) => at <= now)) {
					sleeper.wake();
				}
			}
		}

		isRunning = false;
	};

	return {
		now: () => new Date(now),
		async sleep(ms, signal) {
			signal?.throwIfAborted();
			await new Promise<void>((resolve, reject) => {
				const end = (settle: () => void) => {
					sleepers.delete(sleeper);
					signal?.removeEventListener('abort', onAbort);
					settle();
				};
				const sleeper = {at: now + ms, wake: () => end(resolve)};
				const onAbort = () => end(() => reject(signal?.reason));
				signal?.addEventListener('abort', onAbort, {once: true});
				sleepers.add(sleeper);
				if (!isRunning) {
					void run();
				}
			});
		},
	};
}

/** Nothing is left to do but to wait: no answer of the file system is awaited, and nothing more comes over a wire. */
async function untilIdle(): Promise<void> {
	for (let quiet = 0; quiet < 3; quiet++) {
		if (isAnswerAwaited()) {
			quiet = 0;
			await delay(1);
		}

		await nextTurn();
	}
}
