import {mkdtemp, rm, stat} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {AppError} from '../../source/engine/errors/app-error.js';
import {MissingProgramError} from '../../source/engine/host/missing-program-error.js';
import {runProgram} from '../../source/engine/host/run-program.js';
import type {Bench} from '../bench.js';
import {childrenCpuMs} from '../children-cpu-ms.js';
import {inspectByLibguestfs} from '../inspect-by-libguestfs.js';
import {inspectByQemuTools} from '../inspect-by-qemu-tools.js';
import {median} from '../median.js';
import {wallMs} from '../wall-ms.js';

const rounds = 7;
const libguestfsTimeoutMs = 240_000;
const inspectOnce = fileURLToPath(new URL('../inspect-once.js', import.meta.url));

type Cost = {
	readonly wallMs: number;
	/** Of all processes together, Node's own start included. */
	readonly cpuMs: number;
};

export const bench: Bench = {
	name: 'inspect',
	summary: 'What is in a VDI: D2CM against qemu-img, blkid and debugfs, and against libguestfs, on 4 and 20 GiB disks.',
	async run() {
		const folder = await mkdtemp(join(tmpdir(), 'd2cm-bench-'));
		try {
			const images = await makeImages(folder);
			const leftOut: string[] = ['The page cache is warm for all: the first round of each is not counted.'];
			const figures: Record<string, unknown> = {bareNode: await bareNode()};
			const ratios: Record<string, number> = {};
			for (const [name, file] of Object.entries(images)) {
				const ours = await measureOurs(file);
				const tools = await measureTools(file, leftOut);
				const libguestfsMs = name === 'desktop' ? await measureLibguestfs(file, leftOut) : undefined;
				figures[name] = {...(await sizes(file)), ours, tools, libguestfsMs};
				Object.assign(ratios, {
					...ratio(`${name}: tools over ours, wall`, tools?.wallMs, ours.wallMs),
					...ratio(`${name}: tools over ours, processor`, tools?.cpuMs, ours.cpuMs),
					...ratio(`${name}: libguestfs over ours, wall`, libguestfsMs, ours.wallMs),
				});
			}

			leftOut.push(
				'The tools read the same files but judge nothing, and do not look into the initramfs; libguestfs was asked only once, on the first disk.',
			);
			return {figures, ratios, leftOut};
		} finally {
			await rm(folder, {recursive: true, force: true});
		}
	},
};

/** The sample desktop; the same on a disk of 20 GiB; and that one as a static VDI, whose map is full. */
async function makeImages(folder: string): Promise<Readonly<Record<string, string>>> {
	const desktop = join(folder, 'desktop.vdi');
	const large = join(folder, 'large.qcow2');
	const sparse = join(folder, 'sparse.vdi');
	const dense = join(folder, 'dense.vdi');
	await runProgram('scripts/make-sample-desktop', [desktop], {timeoutMs: 1_200_000});
	await runProgram('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'vdi', '-b', desktop, large, '20G']);
	await runProgram('qemu-img', ['convert', '-O', 'vdi', large, sparse]);
	await runProgram('qemu-img', ['convert', '-O', 'vdi', '-o', 'static=on', large, dense]);
	return {desktop, sparse20Gib: sparse, dense20Gib: dense};
}

async function sizes(file: string): Promise<Readonly<Record<string, number>>> {
	const {stdout} = await runProgram('qemu-img', ['info', '--output=json', file]);
	const {'virtual-size': virtualBytes} = JSON.parse(stdout) as {'virtual-size': number};
	return {virtualGib: virtualBytes / 2 ** 30, fileMib: Math.round((await stat(file)).size / 2 ** 20)};
}

async function bareNode(): Promise<Cost> {
	return measure(async () => runProgram(process.execPath, ['-e', '0']));
}

async function measureOurs(file: string) {
	const inProcess: number[] = [];
	const rss: number[] = [];
	const cost = await measure(async () => {
		const {stdout} = await runProgram(process.execPath, [inspectOnce, file]);
		const {inspectMs, rssMib} = JSON.parse(stdout) as {inspectMs: number; rssMib: number};
		inProcess.push(inspectMs);
		rss.push(rssMib);
	});
	return {...cost, inspectMs: median(inProcess), rssMib: median(rss)};
}

async function measureTools(file: string, leftOut: string[]): Promise<Cost | undefined> {
	return unlessMissing(
		async () => measure(async () => inspectByQemuTools(file)),
		'qemu-img, blkid and debugfs',
		leftOut,
	);
}

async function measureLibguestfs(file: string, leftOut: string[]): Promise<number | undefined> {
	const once = async () => Math.round(await wallMs(async () => inspectByLibguestfs(file, libguestfsTimeoutMs)));
	return unlessMissing(once, 'libguestfs', leftOut);
}

async function measure(work: () => Promise<unknown>): Promise<Cost> {
	await work();
	const times: number[] = [];
	const before = await childrenCpuMs();
	for (let round = 0; round < rounds; round++) {
		times.push(await wallMs(work));
	}

	return {wallMs: median(times), cpuMs: Math.round(((await childrenCpuMs()) - before) / rounds)};
}

async function unlessMissing<Result>(
	work: () => Promise<Result>,
	what: string,
	leftOut: string[],
): Promise<Result | undefined> {
	try {
		return await work();
	} catch (error) {
		if (!(error instanceof AppError)) {
			throw error;
		}

		leftOut.push(`${what}: ${error instanceof MissingProgramError ? 'not installed here' : error.message}`);
		return undefined;
	}
}

function ratio(name: string, theirs: number | undefined, ours: number): Readonly<Record<string, number>> {
	return theirs === undefined ? {} : {[name]: Math.round((theirs / ours) * 10) / 10};
}
