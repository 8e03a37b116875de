import {DamagedVdiError} from './damaged-vdi-error.js';
import {DifferencingVdiError} from './differencing-vdi-error.js';
import {TruncatedImageError} from './truncated-image-error.js';
import {UnsupportedVdiError} from './unsupported-vdi-error.js';

/** The checked header of a VDI: every figure in it fits the others and the real file. */
export type VdiHeader = {
	readonly kind: 'dynamic' | 'static';
	readonly version: string;
	readonly mapOffset: number;
	readonly dataOffset: number;
	readonly virtualBytes: number;
	readonly blockBytes: number;
	/** Bytes of other data before each block in the file; 0 in every image seen. */
	readonly blockExtraBytes: number;
	readonly blockCount: number;
	readonly uuid: string;
};

/** Bytes of a file that `parseVdiHeader` looks at. */
export const vdiHeaderBytes = 512;

const signature = 0xbeda107f;
const smallestBlock = 4096;
const largestBlock = 64 * 1024 * 1024;
const types: Readonly<Record<number, VdiHeader['kind']>> = {1: 'dynamic', 2: 'static'};

/** Whether a file that starts so is a VDI at all. */
export function isVdi(head: Buffer): boolean {
	return head.length >= 0x44 && head.readUInt32LE(0x40) === signature;
}

/**
Reads the first 512 bytes of a VDI and checks them against the size of the file.

@throws {UnsupportedVdiError | DifferencingVdiError | DamagedVdiError | TruncatedImageError}
@see https://www.virtualbox.org/browser/vbox/trunk/src/VBox/Storage/VDICore.h
*/
export function parseVdiHeader(head: Buffer, {file, fileBytes}: {file: string; fileBytes: number}): VdiHeader {
	if (head.length < vdiHeaderBytes) {
		throw new TruncatedImageError(file, fileBytes, vdiHeaderBytes);
	}

	const version = `${head.readUInt16LE(0x46)}.${head.readUInt16LE(0x44)}`;
	if (version !== '1.0' && version !== '1.1') {
		throw new UnsupportedVdiError(file, `version ${version}`);
	}

	const type = head.readUInt32LE(0x4c);
	const parent = readUuid(head, 0x1a8);
	if (type === 4 || parent !== undefined) {
		throw new DifferencingVdiError(file, parent);
	}

	const kind = types[type];
	if (kind === undefined) {
		throw new UnsupportedVdiError(file, `type ${type}`);
	}

	const header: VdiHeader = {
		kind,
		version,
		mapOffset: head.readUInt32LE(0x154),
		dataOffset: head.readUInt32LE(0x158),
		virtualBytes: Number(head.readBigUInt64LE(0x170)),
		blockBytes: head.readUInt32LE(0x178),
		blockExtraBytes: head.readUInt32LE(0x17c),
		blockCount: head.readUInt32LE(0x180),
		uuid: readUuid(head, 0x188) ?? '00000000-0000-0000-0000-000000000000',
	};
	const fault = findFault(head, header);
	if (fault !== undefined) {
		throw new DamagedVdiError(file, fault);
	}

	const mapEnd = header.mapOffset + header.blockCount * 4;
	if (fileBytes < mapEnd) {
		throw new TruncatedImageError(file, fileBytes, mapEnd);
	}

	return header;
}

function findFault(head: Buffer, header: VdiHeader): string | undefined {
	const {mapOffset, dataOffset, virtualBytes, blockBytes, blockExtraBytes, blockCount} = header;
	const headerBytes = head.readUInt32LE(0x48);
	const sectorBytes = head.readUInt32LE(0x168);
	const allocated = head.readUInt32LE(0x184);
	if (headerBytes < 0x150 || headerBytes > 4096) {
		return `it claims a header of ${headerBytes} bytes`;
	}

	if (sectorBytes !== 512 && sectorBytes !== 0) {
		return `it claims sectors of ${sectorBytes} bytes`;
	}

	if (blockBytes < smallestBlock || blockBytes > largestBlock || !isPowerOfTwo(blockBytes)) {
		return `it claims blocks of ${blockBytes} bytes`;
	}

	if (blockExtraBytes > blockBytes || blockExtraBytes % 512 !== 0) {
		return `it claims ${blockExtraBytes} bytes before each block`;
	}

	if (!Number.isSafeInteger(virtualBytes) || virtualBytes < 512) {
		return `it claims a disk of ${virtualBytes} bytes`;
	}

	if (Math.ceil(virtualBytes / blockBytes) !== blockCount) {
		return `${blockCount} blocks of ${blockBytes} bytes do not make a disk of ${virtualBytes} bytes`;
	}

	if (allocated > blockCount) {
		return `it claims ${allocated} blocks in the file, of ${blockCount} in all`;
	}

	if (mapOffset < 0x48 + headerBytes || mapOffset % 4 !== 0) {
		return `its block map cannot start at byte ${mapOffset}`;
	}

	return dataOffset < mapOffset + blockCount * 4 || dataOffset % 512 !== 0
		? `its data cannot start at byte ${dataOffset}`
		: undefined;
}

function isPowerOfTwo(value: number): boolean {
	return value > 0 && Number.isInteger(Math.log2(value));
}

/** VirtualBox writes the first three fields in little-endian order. Undefined for the null UUID. */
function readUuid(head: Buffer, offset: number): string | undefined {
	const bytes = head.subarray(offset, offset + 16);
	if (bytes.every(byte => byte === 0)) {
		return undefined;
	}

	const hex = (from: number, to: number) => bytes.toString('hex', from, to);
	const reversed = (from: number, to: number) => Buffer.from(bytes.subarray(from, to)).reverse().toString('hex');
	return [reversed(0, 4), reversed(4, 6), reversed(6, 8), hex(8, 10), hex(10, 16)].join('-');
}
