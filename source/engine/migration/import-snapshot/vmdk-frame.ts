/** Everything in a VMDK is counted in sectors. */
export const sectorBytes = 512;
/** What is compressed by itself: VMware's usual 64 KiB. */
export const grainBytes = 65_536;
export const grainsPerTable = 512;
export const tableBytes = 4 * grainsPerTable;
/** Header and descriptor, up to the first grain. */
export const overheadBytes = grainBytes;

const descriptorSectors = 20;
const atEnd = 0xffff_ffff_ffff_ffffn;

/** Kinds of the sectors between the grains. */
export const markers = {endOfStream: 0, table: 1, directory: 2, footer: 3} as const;

/** Whole grains, since a VMDK knows no parts of one. */
export const capacityBytes = (diskBytes: number): number => Math.ceil(diskBytes / grainBytes) * grainBytes;

export const toSectors = (bytes: number): number => Math.ceil(bytes / sectorBytes);

/**
The header of a stream-optimized VMDK, which is also its footer: compressed grains with markers, its directory at the end.

@param directorySector Left out in the header, where it is not known yet.
@see https://www.vmware.com/app/vmdk/?src=vmdk The specification "Virtual Disk Format 5.0".
*/
export function vmdkHeader(diskBytes: number, directorySector?: number): Buffer {
	const header = Buffer.alloc(sectorBytes);
	header.write('KDMV', 0, 'latin1');
	header.writeUInt32LE(3, 4);
	header.writeUInt32LE(0x3_0001, 8);
	header.writeBigUInt64LE(BigInt(toSectors(capacityBytes(diskBytes))), 12);
	header.writeBigUInt64LE(BigInt(toSectors(grainBytes)), 20);
	header.writeBigUInt64LE(1n, 28);
	header.writeBigUInt64LE(BigInt(descriptorSectors), 36);
	header.writeUInt32LE(grainsPerTable, 44);
	header.writeBigUInt64LE(directorySector === undefined ? atEnd : BigInt(directorySector), 56);
	header.writeBigUInt64LE(BigInt(toSectors(overheadBytes)), 64);
	// Damaged when a file was copied as text.
	header.write('\n \r\n', 73, 'latin1');
	header.writeUInt16LE(1, 77);
	return header;
}

/** Header and descriptor. The content id says that nobody has written to it since. */
export function vmdkBeginning(diskBytes: number): Buffer {
	const sectors = toSectors(capacityBytes(diskBytes));
	const cylinders = Math.min(Math.ceil(sectors / (255 * 63)), 65_535);
	const descriptor = `# Disk DescriptorFile
version=1
CID=fffffffe
parentCID=ffffffff
createType="streamOptimized"

# Extent description
RW ${sectors} SPARSE "disk.vmdk"

# The Disk Data Base
#DDB

ddb.virtualHWVersion = "10"
ddb.geometry.cylinders = "${cylinders}"
ddb.geometry.heads = "255"
ddb.geometry.sectors = "63"
ddb.adapterType = "lsilogic"
`;
	const beginning = Buffer.alloc(overheadBytes);
	vmdkHeader(diskBytes).copy(beginning);
	beginning.write(descriptor, sectorBytes, 'latin1');
	return beginning;
}

/** A sector that says what follows it, and how many sectors that has. */
export function vmdkMarker(kind: keyof typeof markers, sectors: number): Buffer {
	const marker = Buffer.alloc(sectorBytes);
	marker.writeBigUInt64LE(BigInt(sectors), 0);
	marker.writeUInt32LE(markers[kind], 12);
	return marker;
}

/** A compressed grain behind its place on the disk and its size, filled up to whole sectors. */
export function vmdkGrain(grain: number, deflated: Buffer): Buffer {
	const framed = Buffer.alloc(toSectors(12 + deflated.length) * sectorBytes);
	framed.writeBigUInt64LE(BigInt(grain * toSectors(grainBytes)), 0);
	framed.writeUInt32LE(deflated.length, 8);
	deflated.copy(framed, 12);
	return framed;
}
