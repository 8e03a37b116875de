import type {BlockSource} from './block-source.js';
import {readGpt} from './gpt.js';
import {readMbr} from './mbr.js';
import {NoPartitionTableError} from './no-partition-table-error.js';
import {probeFileSystem} from './probe-file-system.js';

/** A partition as its table names it. */
export type Partition = {
	/** As Linux counts: 1-4 primary, from 5 logical. */
	readonly number: number;
	readonly startBytes: number;
	readonly sizeBytes: number;
	/** `83`, or a GPT type GUID in lower case. */
	readonly type: string;
	readonly bootable: boolean;
	/** As `PARTUUID=` means it. */
	readonly partUuid: string;
};

export type PartitionTable = {
	readonly kind: 'mbr' | 'gpt';
	readonly partitions: readonly Partition[];
	/** The first 440 bytes of the disk: what a BIOS starts. */
	readonly bootCode: Buffer;
	/** What was found odd but could be read all the same, e.g. that only the backup GPT is sound. */
	readonly notes: readonly string[];
};

/**
Reads the partition table of a disk.

@throws {NoPartitionTableError | DamagedPartitionTableError}
*/
export async function readPartitionTable(source: BlockSource, file: string): Promise<PartitionTable> {
	const bootSector = await source.read(0, 512);
	const mbr = await readMbr(source, bootSector, file);
	const hasGpt = mbr === undefined || mbr.partitions.some(({type}) => type === 'ee');
	const gpt = hasGpt ? await readGpt(source, file, mbr !== undefined) : undefined;
	const {kind, partitions, notes} = gpt
		? {kind: 'gpt' as const, ...gpt}
		: {kind: 'mbr' as const, partitions: mbr?.partitions ?? [], notes: []};
	if (partitions.length === 0) {
		const {fileSystem} = await probeFileSystem(source, 0, source.sizeBytes);
		throw new NoPartitionTableError(file, fileSystem);
	}

	return {kind, partitions, notes, bootCode: bootSector.subarray(0, 440)};
}
