import {AppError} from '../errors/app-error.js';
import {type ExtDisk, openExt} from '../guest/ext/open-ext.js';
import {UnsupportedFileSystemError} from '../guest/ext/unsupported-file-system-error.js';
import type {BlockSource} from './block-source.js';
import type {ImageReport, PartitionSummary} from './image-report.js';
import {NoLinuxError} from './no-linux-error.js';
import {readOsRelease} from './read-os-release.js';

export type FoundRoot = {
	readonly root: PartitionSummary;
	readonly disk: ExtDisk;
	readonly os: ImageReport['os'];
	/** Every ext file system that could be opened, by the number of its partition. */
	readonly volumes: ReadonlyMap<number, ExtDisk>;
};

const mostVolumes = 16;
/** What could hold a Linux that we cannot see into. */
const opaque: Readonly<Record<string, string>> = {
	xfs: 'an XFS file system',
	btrfs: 'a btrfs file system',
	lvm: 'LVM volumes',
	luks: 'an encrypted volume',
	raid: 'a member of a software RAID',
};

/**
Finds the partition with the root file system of a Linux, the one marked as bootable first.

@throws {NoLinuxError | UnsupportedFileSystemError | DamagedFileSystemError}
*/
export async function findRoot(
	source: BlockSource,
	file: string,
	partitions: readonly PartitionSummary[],
): Promise<FoundRoot> {
	const volumes = new Map<number, ExtDisk>();
	const faults: AppError[] = [];
	let found: FoundRoot | undefined;
	const candidates = partitions.filter(({fileSystem}) => fileSystem?.startsWith('ext')).slice(0, mostVolumes);
	for (const root of candidates.toSorted((a, b) => Number(b.bootable) - Number(a.bootable))) {
		try {
			const disk = await openExt(source, root.startBytes);
			volumes.set(root.number, disk);
			const os = found ? undefined : await readOsRelease(disk);
			found = os ? {root, disk, os, volumes} : found;
		} catch (error) {
			if (!(error instanceof AppError)) {
				throw error;
			}

			faults.push(error);
		}
	}

	if (found) {
		return found;
	}

	const [fault] = faults;
	if (fault) {
		throw fault;
	}

	const hidden = partitions.find(({fileSystem}) => fileSystem !== undefined && fileSystem in opaque);
	if (hidden?.fileSystem) {
		throw new UnsupportedFileSystemError(opaque[hidden.fileSystem] ?? hidden.fileSystem, `partition ${hidden.number}`);
	}

	throw new NoLinuxError(
		file,
		partitions.map(({fileSystem}) => fileSystem ?? 'nothing known'),
	);
}
