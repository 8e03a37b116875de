import type {GuestDisk} from '../guest/guest-disk.js';
import {mountedDisk} from '../guest/mounted-disk.js';
import type {FileIdentity} from '../host/file-identity.js';
import {whoMayChange} from '../host/file-identity.js';
import {isMissing} from '../host/is-missing.js';
import {findBootLoader} from './boot/find-boot-loader.js';
import {findKernels} from './boot/find-kernels.js';
import {type FoundRoot, findRoot} from './find-root.js';
import {findBoot} from './findings/find-boot.js';
import {findFstab} from './findings/find-fstab.js';
import {findNetwork} from './findings/find-network.js';
import {findSsh} from './findings/find-ssh.js';
import {findAgents, findSystem} from './findings/find-system.js';
import type {FindingMaker, GuestFacts} from './findings/guest-facts.js';
import {parseFstab} from './findings/parse-fstab.js';
import type {Finding, ImageReport, PartitionSummary, Verdict} from './image-report.js';
import {openVdi, type VdiSource} from './open-vdi.js';
import {type PartitionTable, readPartitionTable} from './partition-table.js';
import {printable} from './printable.js';
import {probeFileSystem} from './probe-file-system.js';
import {readArchitecture} from './read-architecture.js';
import {readText} from './read-text.js';
import {readUsers} from './read-users.js';

export type OpenGuest = {
	readonly report: ImageReport;
	/** The guest's root file system, with its `/boot` where that is a partition of its own. */
	readonly disk: GuestDisk;
	/** Of the very file that was looked at. */
	readonly identity: FileIdentity;
	close(): Promise<void>;
};

export type OpenGuestOptions = {
	/** How long the initramfs may be read. The default leaves an inspection under half a second. */
	readonly initramfsBudgetMs?: number;
};

const defaultBudgetMs = 250;
const espType = 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b';
const makers: readonly FindingMaker[] = [findSystem, findBoot, findFstab, findNetwork, findSsh, findAgents];
const verdicts: readonly Verdict[] = ['fits', 'will-be-fixed', 'cannot-run'];

/**
Opens a VDI and says what is in it. The file is only read.

@throws {AppError} When it is no VDI with a Linux that D2CM could read; each case has a class of its own.
*/
export async function openGuest(
	file: string,
	{initramfsBudgetMs = defaultBudgetMs}: OpenGuestOptions = {},
): Promise<OpenGuest> {
	const source = await openVdi(file);
	try {
		const table = await readPartitionTable(source, source.file);
		const partitions = await describePartitions(source, table);
		const found = await findRoot(source, source.file, partitions);
		const disk = await mountBoot(found, partitions);
		const report = await describe(source, table, partitions, found, disk, initramfsBudgetMs);
		return {report, disk, identity: source.identity, close: async () => source.close()};
	} catch (error) {
		await source.close();
		throw error;
	}
}

async function describe(
	source: VdiSource,
	table: PartitionTable,
	partitions: readonly PartitionSummary[],
	{root, os, disk: {superblock}}: FoundRoot,
	disk: GuestDisk,
	initramfsBudgetMs: number,
): Promise<ImageReport> {
	const loader = await findBootLoader(disk);
	const kernels = await findKernels(disk, loader, initramfsBudgetMs);
	const hasBootCode = table.bootCode.some(byte => byte !== 0);
	const hasEsp = partitions.some(({type}) => type === espType || type === 'ef');
	const facts: GuestFacts = {
		disk,
		superblock,
		vdi: source.summary,
		table,
		partitions,
		root,
		architecture: await readArchitecture(disk),
		bootMode: hasEsp && !hasBootCode ? 'uefi' : 'legacy-bios',
		loader,
		kernels,
	};
	const findings: Finding[] = [];
	for (const make of makers) {
		findings.push(...(await make(facts)));
	}

	findings.push(...(await findExposure(source.file)));
	const {file, ...rest}: ImageReport = {
		file: source.file,
		vdi: source.summary,
		partitionTable: table.kind,
		partitions,
		root,
		os,
		architecture: facts.architecture,
		bootMode: facts.bootMode,
		kernels: kernels.map(({summary}) => summary),
		users: await readUsers(disk),
		findings,
		verdict: verdicts[Math.max(0, ...findings.map(({verdict}) => verdicts.indexOf(verdict)))] ?? 'fits',
		fingerprint: source.fingerprint,
	};
	return {file, ...printable(rest)};
}

/** Who can change the file between this look and the start of an instance decides what it runs, whatever was found in it. */
async function findExposure(file: string): Promise<readonly Finding[]> {
	const exposed = await exposureOf(file);
	return exposed === undefined ? [] : [{subject: 'file', found: exposed, verdict: 'fits', data: {exposed: true}}];
}

async function describePartitions(source: VdiSource, table: PartitionTable): Promise<readonly PartitionSummary[]> {
	const summaries: PartitionSummary[] = [];
	for (const {number, startBytes, sizeBytes, type, bootable} of table.partitions) {
		const probe = await probeFileSystem(source, startBytes, sizeBytes);
		summaries.push({number, startBytes, sizeBytes, type, bootable, ...probe});
	}

	return summaries;
}

/** Shows a separate boot partition where `/etc/fstab` says it belongs. */
async function mountBoot(
	{disk, root, volumes}: FoundRoot,
	partitions: readonly PartitionSummary[],
): Promise<GuestDisk> {
	const text = (await readText(disk, '/etc/fstab')) ?? '';
	const entry = parseFstab(text).find(({mountPoint}) => mountPoint === '/boot');
	if (!entry) {
		return disk;
	}

	const [, key, value] = /^(UUID|LABEL)=(.*)$/.exec(entry.device) ?? [];
	const number = /^\/dev\/(?:[shv]d[a-z]|nvme\d+n\d+p)(\d+)$/.exec(entry.device)?.[1];
	const boot = partitions.find(partition =>
		key === 'UUID'
			? partition.uuid === value
			: key === 'LABEL'
				? partition.label === value
				: partition.number === Number(number),
	);
	const volume = boot && boot.number !== root.number ? volumes.get(boot.number) : undefined;
	return volume ? mountedDisk(disk, volume, '/boot') : disk;
}

/**
Says in two sentences, where others may change a VDI, what that means and what to do; undefined where nobody can, or where
it is not there.
*/
export async function exposureOf(file: string): Promise<string | undefined> {
	try {
		const who = await whoMayChange(file);
		return who === undefined
			? undefined
			: `The disk can be changed by others: ${who}. Keep it in a folder of your own, or take their right away (chmod go-w), for they decide what its instances run as root.`;
	} catch (error) {
		if (isMissing(error)) {
			return undefined;
		}

		throw error;
	}
}
