import {mkdtemp, open, rm, truncate, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {runProgram} from '../../source/engine/host/run-program.js';
import {makeBundleCertificates} from '../../test/helpers/bundle-certificates.js';
import {bundleModule} from '../../test/helpers/bundle-module.js';
import {startEc2Server} from '../../test/helpers/ec2-server/ec2-server.js';
import type {Bench} from '../bench.js';
import {measureJob} from '../measure-job.js';
import type {ProcessCost} from '../measure-process.js';

const scaleOnce = fileURLToPath(new URL('../scale-once.js', import.meta.url));
const mebibyte = 2 ** 20;

/** The same data in a small disk and in a large one, and four times as much. */
const disks = {
	dense256Mib: {sizeMib: 256, dataMib: 256},
	sparse20Gib: {sizeMib: 20 * 1024, dataMib: 256},
	dense1Gib: {sizeMib: 1024, dataMib: 1024},
} as const;

const ways = ['ebs-direct', 'bundle'] as const;

export const bench: Bench = {
	name: 'scale',
	summary:
		'Time and memory as functions of data, not of size: a 20 GiB sparse and a 1 GiB dense disk, EBS direct and bundle.',
	async run() {
		const folder = await mkdtemp(join(tmpdir(), 'd2cm-bench-'));
		try {
			const program = await bundleModule(scaleOnce, join(folder, 'program'));
			const keyFiles = await makeBundleCertificates(folder);
			const figures: Record<string, Record<string, ProcessCost>> = {};
			for (const [name, {sizeMib, dataMib}] of Object.entries(disks)) {
				const file = join(folder, name);
				await makeDisk(file, sizeMib, dataMib);
				const costs: Record<string, ProcessCost> = {};
				for (const way of ways) {
					costs[way] = await measure(program, {way, file, keyFiles}, folder);
				}

				figures[name] = costs;
				await rm(file);
			}

			return {
				figures,
				ratios: Object.fromEntries(ways.flatMap(way => ratiosOf(way, figures))),
				leftOut: [
					'A network, and a store of objects: parts of the bundle are thrown away when they are made.',
					'What no bundle can leave out: the SHA-1 in its manifest goes through the holes too.',
				],
			};
		} finally {
			await rm(folder, {recursive: true, force: true});
		}
	},
};

/** Programs and data at the beginning, then a hole. */
async function makeDisk(file: string, sizeMib: number, dataMib: number): Promise<void> {
	await writeFile(file, '');
	const bytes = dataMib * mebibyte;
	await runProgram('bash', [
		'-c',
		`until tar -cf - /usr 2>/dev/null; [ $? -gt 1 ]; do :; done | head -c ${bytes} >"$0"`,
		file,
	]);
	const handle = await open(file, 'r');
	const {size} = await handle.stat();
	await handle.close();
	if (size !== bytes) {
		throw new Error(`${size} bytes of data were made, not ${bytes}.`);
	}

	await truncate(file, sizeMib * mebibyte);
}

async function measure(program: string, order: object, folder: string): Promise<ProcessCost> {
	const server = await startEc2Server({keepData: false});
	try {
		const own = await mkdtemp(join(folder, 'upload-'));
		const {wallMs, peakRssMib} = await measureJob(program, {...order, folder: own, url: server.url});
		return {wallMs: Math.round(wallMs), peakRssMib: Math.round(peakRssMib)};
	} finally {
		await server.close();
	}
}

type Figures = Readonly<Record<string, Readonly<Record<string, ProcessCost>>>>;

function ratiosOf(way: string, figures: Figures): ReadonlyArray<readonly [string, number]> {
	const over = (name: string, key: keyof ProcessCost): number =>
		Math.round((100 * (figures[name]?.[way]?.[key] ?? 0)) / (figures.dense256Mib?.[way]?.[key] ?? 1)) / 100;
	return [
		[`${way}: 80 times the size, same data, wall`, over('sparse20Gib', 'wallMs')],
		[`${way}: 80 times the size, same data, peak memory`, over('sparse20Gib', 'peakRssMib')],
		[`${way}: 4 times the data, wall`, over('dense1Gib', 'wallMs')],
		[`${way}: 4 times the data, peak memory`, over('dense1Gib', 'peakRssMib')],
	];
}
