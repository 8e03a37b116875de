import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {build} from 'esbuild';
import {runProgram} from '../../source/engine/host/run-program.js';
import type {Bench} from '../bench.js';
import {type Painted, type PaintOptions, paintInTerminal} from '../helpers/paint-in-terminal.js';
import {median} from '../median.js';
import {wallMs} from '../wall-ms.js';

const rounds = 7;

/** The least an Ink program can be, bundled as ours is: what of our time is the framework's. */
const smallestInk = `
import {createElement} from 'react';
import {render, Text, Box} from 'ink';
render(createElement(Box, {height: 24, flexDirection: 'column'}, createElement(Text, null, 'smallest')), {alternateScreen: true, interactive: true});
setInterval(() => undefined, 1000);
`;

type Candidate = {readonly command: readonly string[]; readonly options: PaintOptions};

/** From the start of the program to its first whole screen in a terminal of 80x24, and its memory then, in turns with others. */
export const bench: Bench = {
	name: 'first-paint',
	summary: 'The first whole screen and the memory of the program: D2CM against the smallest Ink program, top and less.',
	async run() {
		const folder = await mkdtemp(join(tmpdir(), 'd2cm-bench-'));
		try {
			const candidates = await makeCandidates(folder);
			const samples = new Map<string, Painted[]>(Object.keys(candidates).map(name => [name, []]));
			const nodeMs: number[] = [];
			for (let round = 0; round <= rounds; round++) {
				const took = await wallMs(async () => runProgram(process.execPath, ['-e', '0']));
				// The first round fills the caches of the machine and does not count.
				if (round > 0) nodeMs.push(took);
				for (const [name, {command, options}] of Object.entries(candidates)) {
					const painted = await paintInTerminal(command, options);
					if (round > 0) samples.get(name)?.push(painted);
				}
			}

			const of = (name: string) => middles(samples.get(name) ?? []);
			const [d2cm, smallestInk, top, less, bareNodeMs] = [
				of('d2cm'),
				of('smallestInk'),
				of('top'),
				of('less'),
				median(nodeMs),
			];
			return {
				figures: {d2cm, smallestInk, top, less, bareNodeMs},
				ratios: {
					'smallest Ink program over ours, first screen': ratio(smallestInk.firstScreenMs, d2cm.firstScreenMs),
					'smallest Ink program over ours, processor': ratio(smallestInk.cpuMs, d2cm.cpuMs),
					'smallest Ink program over ours, memory': ratio(smallestInk.rssMib, d2cm.rssMib),
					'bare Node.js over ours, first screen': ratio(bareNodeMs, d2cm.firstScreenMs),
					'top over ours, first screen': ratio(top.firstScreenMs, d2cm.firstScreenMs),
					'top over ours, memory': ratio(top.rssMib, d2cm.rssMib),
				},
				leftOut: [
					'The first start after a reboot: the first round of each is not counted.',
					'top and less are written in C and do less; they show what users of terminals are used to.',
					'A data folder with many jobs: it is empty here.',
				],
			};
		} finally {
			await rm(folder, {recursive: true, force: true});
		}
	},
};

async function makeCandidates(folder: string): Promise<Readonly<Record<string, Candidate>>> {
	const ink = await bundleSmallestInk(folder);
	const text = join(folder, 'text');
	await writeFile(text, Array.from({length: 500}, (_, index) => `line ${index + 1}`).join('\n'));
	const env = {D2CM_HOME: join(folder, 'home')};
	return {
		d2cm: {command: [process.execPath, resolve('dist/d2cm.js')], options: {shows: [/Deployments/, /Quit|Help/], env}},
		smallestInk: {command: [process.execPath, ink], options: {shows: [/smallest/]}},
		top: {command: ['top'], options: {shows: [/^top - /m, /PID USER/]}},
		less: {command: ['less', text], options: {shows: [/^line 1$/m, /^line 23$/m]}},
	};
}

function middles(painted: readonly Painted[]): Painted {
	return {
		firstScreenMs: median(painted.map(one => one.firstScreenMs)),
		cpuMs: median(painted.map(one => one.cpuMs)),
		rssMib: median(painted.map(one => one.rssMib)),
		peakRssMib: median(painted.map(one => one.peakRssMib)),
	};
}

async function bundleSmallestInk(folder: string): Promise<string> {
	const outfile = join(folder, 'ink.mjs');
	await build({
		stdin: {contents: smallestInk, resolveDir: process.cwd()},
		bundle: true,
		platform: 'node',
		format: 'esm',
		outfile,
		minifySyntax: true,
		banner: {
			js: "import {createRequire as __createRequire} from 'node:module'; const require = __createRequire(import.meta.url);",
		},
		alias: {'react-devtools-core': './scripts/empty-module.mjs'},
		define: {'process.env.NODE_ENV': '"production"'},
		logLevel: 'warning',
	});
	return outfile;
}

const ratio = (theirs: number, ours: number) => Math.round((theirs / ours) * 100) / 100;
