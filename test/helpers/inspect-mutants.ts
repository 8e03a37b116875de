// Inspects COUNT mutants of an image, from a seed, and prints what was seen as one line of JSON: run as a process of its
// own, so that its memory can be measured.
import {open, readFile} from 'node:fs/promises';
import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';
import {AppError} from '../../source/engine/errors/app-error.js';
import {inspectImage} from '../../source/engine/images/inspect-image.js';
import {seededRandom} from './seeded-random.js';

export type MutantReport = {
	readonly cases: number;
	/** How many ended so: a class of AppError, or `described`. */
	readonly outcomes: Readonly<Record<string, number>>;
	/** What was neither, with the number of the case. */
	readonly crashes: readonly string[];
	/** Of the processor: the machine may have other work. */
	readonly slowestMs: number;
	/** Most bytes of buffers that one inspection asked for, freed or not. */
	readonly mostAskedBytes: number;
	/** Most bytes of buffers alive or not yet collected, after any inspection. */
	readonly mostHeldBytes: number;
};

const [file = '', countText = '0', seedText = '1', ...regions] = process.argv.slice(2);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
let asked = 0;
for (const name of ['alloc', 'allocUnsafe'] as const) {
	const original = Buffer[name];
	Buffer[name] = (size: number, ...rest: []) => {
		asked += size;
		return original(size, ...rest);
	};
}

const original = await readFile(file);
const places = regions.map(region => region.split('-').map(Number));
const random = seededRandom(Number(seedText));
const below = (limit: number) => Math.floor(random() * limit);
const interesting = [0, 1, 2, 4, 0x7f, 0x80, 0xff];
const handle = await open(file, 'r+');
const outcomes: Record<string, number> = {};
const crashes: string[] = [];
let slowestMs = 0;
let mostAskedBytes = 0;
let mostHeldBytes = 0;
const cases = Number(countText);
for (let number = 0; number < cases; number++) {
	const changed: number[] = [];
	const [start = 0, end = 0] = places[below(places.length)] ?? [];
	for (let left = 1 + below(4); left > 0; left--) {
		const offset = start + below(end - start);
		const width = [1, 1, 2, 4][below(4)] ?? 1;
		const isInteresting = random() < 0.5;
		const bytes = Buffer.from(
			Array.from({length: width}, () => (isInteresting ? (interesting[below(interesting.length)] ?? 0) : below(256))),
		);
		await handle.write(bytes, 0, width, offset);
		changed.push(offset);
	}

	asked = 0;
	const began = process.cpuUsage();
	let outcome = 'described';
	try {
		await inspectImage(file);
	} catch (error) {
		outcome = error instanceof AppError ? error.name : 'crash';
		if (!(error instanceof AppError) || error.hint === '' || error.message === '') {
			crashes.push(`case ${number}, bytes ${changed.join(', ')}: ${error instanceof Error ? error.stack : error}`);
		}
	}

	outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
	const {user, system} = process.cpuUsage(began);
	slowestMs = Math.max(slowestMs, (user + system) / 1000);
	mostAskedBytes = Math.max(mostAskedBytes, asked);
	mostHeldBytes = Math.max(mostHeldBytes, process.memoryUsage().arrayBuffers);
	if (number % 20 === 0) {
		collectGarbage();
	}

	for (const offset of changed) {
		await handle.write(original, offset, 4, offset);
	}
}

await handle.close();
const report: MutantReport = {cases, outcomes, crashes: crashes.slice(0, 5), slowestMs, mostAskedBytes, mostHeldBytes};
console.log(JSON.stringify(report));
