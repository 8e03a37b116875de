import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {runProgram} from '../../source/engine/host/run-program.js';
import {writeFakeDebian} from './fake-debian.js';
import type {MutantReport} from './inspect-mutants.js';
import {makeVdi, type VdiPlan} from './make-vdi.js';

const mib = 1024 * 1024;
const program = fileURLToPath(new URL('inspect-mutants.js', import.meta.url));

export type MutantPlan = {
	readonly disk: VdiPlan;
	/** Where the root file system starts. */
	readonly startMib: number;
	readonly cases: number;
	readonly seed: number;
};

/** Makes a disk with a small Debian and inspects so many mutants of it, each with one to four places changed. */
export async function inspectMutantsOf(
	folder: string,
	{disk, startMib, cases, seed}: MutantPlan,
	signal: AbortSignal,
): Promise<MutantReport> {
	const tree = join(folder, 'tree');
	await writeFakeDebian(tree);
	const {vdi} = await makeVdi(folder, 'disk', {...disk, fileSystems: [{tree, startMib, sizeMib: 23 - startMib}]});
	const head = await readFile(vdi);
	const mapOffset = head.readUInt32LE(0x154);
	const dataOffset = head.readUInt32LE(0x158);
	const place = (block: number) => dataOffset + head.readUInt32LE(mapOffset + block * 4) * mib;
	const fileSystem = place(startMib);
	const inodes = fileSystem + head.readUInt32LE(fileSystem + 2048 + 8) * 1024;
	const regions = [
		[0x40, 0x1d0], // the header
		[mapOffset, mapOffset + 24 * 4],
		[place(0) + 440, place(0) + 512], // MBR
		[place(0) + 512, place(0) + 1536], // GPT, where there is one
		[fileSystem + 1024, fileSystem + 1424], // superblock
		[fileSystem + 2048, fileSystem + 2112], // group descriptors, with blocks of 1 KiB
		[inodes, inodes + 60 * 256],
		[fileSystem, fileSystem + mib], // also folders and files
	];
	const places = regions.map(region => region.join('-'));
	const {stdout} = await runProgram(process.execPath, [program, vdi, String(cases), String(seed), ...places], {signal});
	return JSON.parse(stdout) as MutantReport;
}

/** No crash, no hang, no allocation beyond 64 MiB. */
export function assertHarmless(report: MutantReport, cases: number): void {
	assert.deepEqual(report.crashes, []);
	assert.equal(report.cases, cases);
	assert.ok(Object.keys(report.outcomes).length >= 5, 'The mutants are too tame.');
	assert.ok(report.slowestMs < 5000, `One took ${report.slowestMs} ms.`);
	assert.ok(report.mostAskedBytes < 64 * mib, `One asked for ${report.mostAskedBytes} bytes.`);
	assert.ok(report.mostHeldBytes < 64 * mib, `One left ${report.mostHeldBytes} bytes.`);
}
