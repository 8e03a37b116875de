import {existsSync} from 'node:fs';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {build} from 'esbuild';
import {runProgram} from '../../source/engine/host/run-program.js';
import {type Painted, type PaintOptions, paintInTerminal} from '../helpers/paint-in-terminal.js';

const rounds = 7;

/** The least an Ink program can be, bundled as ours is: what of our time is the framework's. */
const smallestInk = `
import {createElement} from 'react';
import {render, Text, Box} from 'ink';
render(createElement(Box, {height: 24, flexDirection: 'column'}, createElement(Text, null, 'smallest')), {alternateScreen: true, interactive: true});
setInterval(() => undefined, 1000);
`;

/**
How long it takes from the start of the program to its first whole screen in a terminal of 80x24, and its memory then,
beside other full-screen programs and Node.js itself, in turns.
*/
export async function firstPaint() {
	const program = resolve('dist/d2cm.js');
	const folder = await mkdtemp(join(tmpdir(), 'd2cm-bench-'));
	try {
		const ink = await bundleSmallestInk(folder);
		const text = join(folder, 'text');
		await writeFile(text, Array.from({length: 500}, (_, index) => `line ${index + 1}`).join('\n'));
		const env = {D2CM_HOME: join(folder, 'home')};
		const candidates: Record<string, {command: readonly string[]; options: PaintOptions}> = {
			d2cm: {command: [process.execPath, program], options: {shows: [/Deployments/, /Quit|Help/], env}},
			smallestInk: {command: [process.execPath, ink], options: {shows: [/smallest/]}},
			top: {command: ['top'], options: {shows: [/^top - /m, /PID USER/]}},
			less: {command: ['less', text], options: {shows: [/^line 1$/m, /^line 23$/m]}},
		};
		if (!existsSync(program)) {
			throw new Error(`There is no ${program}: run \`npm run build\`.`);
		}

		const samples = new Map<string, Painted[]>(Object.keys(candidates).map(name => [name, []]));
		const nodeMs: number[] = [];
		for (let round = 0; round <= rounds; round++) {
			const startedMs = performance.now();
			await runProgram(process.execPath, ['-e', '0']);
			// The first round fills the caches of the machine and does not count.
			if (round > 0) nodeMs.push(performance.now() - startedMs);
			for (const [name, {command, options}] of Object.entries(candidates)) {
				const painted = await paintInTerminal(command, options);
				if (round > 0) samples.get(name)?.push(painted);
			}
		}

		const figures = Object.fromEntries(
			[...samples].map(([name, painted]) => [
				name,
				{
					firstScreenMs: middle(painted.map(one => one.firstScreenMs)),
					rssMib: middle(painted.map(one => one.rssMib)),
					peakRssMib: middle(painted.map(one => one.peakRssMib)),
				},
			]),
		);
		const ours = figures['d2cm'];
		const bareNodeMs = middle(nodeMs);
		return {
			ours,
			peers: {...figures, d2cm: undefined, bareNode: {endMs: bareNodeMs}},
			ratios: {
				'first screen to smallest Ink program': ratio(ours?.firstScreenMs, figures['smallestInk']?.firstScreenMs),
				'memory to smallest Ink program': ratio(ours?.rssMib, figures['smallestInk']?.rssMib),
				'first screen to top': ratio(ours?.firstScreenMs, figures['top']?.firstScreenMs),
				'first screen to bare Node.js': ratio(ours?.firstScreenMs, bareNodeMs),
			},
			leftOut: [
				'the first start after a reboot: the first round fills the caches and is not counted',
				'less and top are C programs that do less; they show what a terminal user is used to',
			],
		};
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
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

function middle(values: readonly number[]): number {
	return Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN);
}

const ratio = (ours = Number.NaN, theirs = Number.NaN) => Math.round((ours / theirs) * 100) / 100;
