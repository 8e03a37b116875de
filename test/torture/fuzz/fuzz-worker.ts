import {mkdir} from 'node:fs/promises';
import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';
import {parentPort, workerData} from 'node:worker_threads';
import {seededRandom} from '../../helpers/seeded-random.js';
import {boundaries} from './boundaries.js';
import {BrokenPromiseError, type Case, mostMs} from './boundary.js';
import type {FuzzTask, FuzzWord} from './fuzz.js';
import {mostMib} from './fuzz.js';
import {Chance} from './mutate.js';

/** Buffers that nobody holds any more are no memory that a reader needs. */
const collectEvery = 50;
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Runs its part of the cases of one boundary. */
const {boundary: name, seed, from, to, step, folder, at} = workerData as FuzzTask;
const tell = (word: FuzzWord) => parentPort?.postMessage(word);
const place = new Int32Array(at);
const outcomes: Record<string, number> = {};
let cases = 0;

const boundary = boundaries.find(other => other.name === name);
place[0] = from;
await mkdir(folder, {recursive: true});
const opened = await boundary?.open(folder);
for (let number = from; opened && number < to; number += step) {
	Atomics.store(place, 0, number);
	const random = seededRandom(
		[...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, seed) + number,
	);
	const problem = await judge(opened.make(new Chance(random)));
	cases++;
	if (cases % collectEvery === 0) {
		collectGarbage();
	}

	if (problem !== undefined) {
		tell({kind: 'failed', number, problem});
	}
}

await opened?.close?.();
tell({kind: 'done', cases, outcomes});

/** Says which promise was broken. */
async function judge({size, run}: Case): Promise<string | undefined> {
	const most = mostMs.base + (mostMs.perMebibyte * size) / 2 ** 20;
	const times: number[] = [];
	// A thread that a collection of garbage or a neighbour has held up is quick the next time.
	while (times.length < 3) {
		const before = process.threadCpuUsage();
		try {
			const outcome = await run();
			outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
		} catch (error) {
			return error instanceof BrokenPromiseError ? error.message : `It crashed: ${stackOf(error)}`;
		}

		const {user, system} = process.threadCpuUsage(before);
		times.push((user + system) / 1000);
		if ((times.at(-1) ?? 0) <= most) {
			const mib = process.memoryUsage.rss() / 2 ** 20;
			return mib > mostMib ? `With it the process has ${Math.round(mib)} MiB.` : undefined;
		}
	}

	return `It takes ${Math.round(Math.min(...times))} ms for ${size} bytes.`;
}

function stackOf(error: unknown): string {
	const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
	return stack.slice(0, 4000);
}
