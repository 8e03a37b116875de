import {fileURLToPath} from 'node:url';
import {Worker} from 'node:worker_threads';
import {type BoundaryName, boundaries} from './boundaries.js';

export type FuzzOptions = {
	readonly seed: number;
	/** Of all boundaries together. */
	readonly cases: number;
	/** Part of the name of the boundaries that are wanted, or one case: `fuzz/ext/123`. */
	readonly only?: string;
	/** Threads that work side by side. */
	readonly lanes: number;
	/** Where each boundary keeps its files. */
	readonly folders: string;
	readonly onFailure?: (name: string, problem: string) => void;
};

export type FuzzCounts = {
	readonly cases: number;
	readonly failed: number;
	readonly seed: number;
	readonly seconds: number;
	/** Most memory of the process while it ran. */
	readonly peakMiB: number;
};

export type FuzzReport = FuzzCounts & {
	readonly boundaries: Readonly<Record<string, FuzzCounts & {readonly outcomes: Readonly<Record<string, number>>}>>;
};

/** What a worker is told to do. */
export type FuzzTask = {
	readonly boundary: BoundaryName;
	readonly seed: number;
	/** Numbers of cases: every `step`th from `from` to below `to`. */
	readonly from: number;
	readonly to: number;
	readonly step: number;
	readonly folder: string;
	/** The number of the case it is at. */
	readonly at: SharedArrayBuffer;
};

export type FuzzWord =
	| {readonly kind: 'failed'; readonly number: number; readonly problem: string}
	| {readonly kind: 'done'; readonly cases: number; readonly outcomes: Readonly<Record<string, number>>};

/** A case that goes on for so long will never end. */
const hangMs = 20_000;
/** Of each lane; two of them, with all buffers, are the whole process. */
const mostHeapMib = 128;
/** Of the whole process, all lanes together. */
export const mostMib = 500;

/** Gives each boundary its cases and counts those in which a promise was broken. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
	const {seed, cases, only = 'fuzz/', lanes} = options;
	const [, wantedName, number] = /^fuzz\/([a-z-]+)\/(\d+)$/.exec(only) ?? [];
	const wanted = boundaries.filter(({name}) =>
		wantedName === undefined ? `fuzz/${name}`.includes(only) : name === wantedName,
	);
	const weights = wanted.reduce((sum, {weight}) => sum + weight, 0);
	const begun = performance.now();
	const reports: FuzzReport['boundaries'] = {};
	const told: Record<string, FuzzReport['boundaries'][string]> = reports;
	for (const {name, weight} of wanted) {
		const range =
			number === undefined
				? {from: 0, to: Math.ceil((cases * weight) / weights)}
				: {from: Number(number), to: Number(number) + 1};
		told[name] = await fuzzOne(name, range, number === undefined ? lanes : 1, options);
	}

	const all = Object.values(reports);
	const sum = (key: 'cases' | 'failed') => all.reduce((total, report) => total + report[key], 0);
	return {
		cases: sum('cases'),
		failed: sum('failed'),
		seed,
		seconds: secondsSince(begun),
		peakMiB: Math.max(0, ...all.map(({peakMiB}) => peakMiB)),
		boundaries: reports,
	};
}

async function fuzzOne(
	name: BoundaryName,
	{from, to}: {readonly from: number; readonly to: number},
	lanes: number,
	{seed, folders, onFailure}: FuzzOptions,
): Promise<FuzzReport['boundaries'][string]> {
	const begun = performance.now();
	const outcomes: Record<string, number> = {};
	let [cases, failed, peak] = [0, 0, 0];
	const watch = setInterval(() => {
		peak = Math.max(peak, process.memoryUsage.rss());
	}, 20);
	const fail = (number: number, problem: string) => {
		failed++;
		onFailure?.(`fuzz/${name}/${number}`, problem);
	};
	await Promise.all(
		Array.from({length: lanes}, async (_, lane) => {
			for (let next: number | undefined = from + lane; next !== undefined && next < to; ) {
				const at = new SharedArrayBuffer(4);
				const task: FuzzTask = {
					boundary: name,
					seed,
					from: next,
					to,
					step: lanes,
					folder: `${folders}/${name}-${lane}`,
					at,
				};
				const end = await work(task, word => {
					if (word.kind === 'failed') {
						fail(word.number, word.problem);
					} else {
						cases += word.cases;
						for (const [outcome, count] of Object.entries(word.outcomes)) {
							outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
						}
					}
				});
				// One that never began has stopped at its first.
				const stopped = Math.max(next, new Int32Array(at)[0] ?? 0);
				next = end === 'done' ? undefined : stopped + lanes;
				if (end !== 'done') {
					cases += (stopped - task.from) / lanes + 1;
					fail(stopped, end);
				}
			}
		}),
	);
	clearInterval(watch);
	const peakMiB = Math.round(peak / 2 ** 20);
	if (peakMiB > mostMib) {
		fail(to - 1, `All together took ${peakMiB} MiB.`);
	}

	return {cases, failed, seed, seconds: secondsSince(begun), peakMiB, outcomes};
}

/** Runs a worker to its end, and tells how it ended: `done`, or what ended it in the middle of a case. */
async function work(task: FuzzTask, hear: (word: FuzzWord) => void): Promise<string> {
	const worker = new Worker(fileURLToPath(new URL('fuzz-worker.js', import.meta.url)), {
		workerData: task,
		resourceLimits: {maxOldGenerationSizeMb: mostHeapMib, maxYoungGenerationSizeMb: 16},
	});
	const at = new Int32Array(task.at);
	let [last, since, end] = [at[0], performance.now(), 'Its thread ended.'];
	const watch = setInterval(() => {
		if (at[0] !== last) {
			[last, since] = [at[0], performance.now()];
		} else if (performance.now() - since > hangMs) {
			end = `It has not ended after ${hangMs / 1000} s.`;
			worker.terminate();
		}
	}, 500);
	return new Promise(resolve => {
		worker.on('message', (word: FuzzWord) => {
			hear(word);
			end = word.kind === 'done' ? 'done' : end;
		});
		worker.on('error', error => {
			end = error instanceof Error ? (error.stack ?? error.message) : String(error);
		});
		worker.on('exit', () => {
			clearInterval(watch);
			resolve(end);
		});
	});
}

const secondsSince = (begun: number): number => Math.round((performance.now() - begun) / 100) / 10;
