import type {BlockSource} from './block-source.js';

/** What a partition holds, by its own marks. */
export type FileSystemProbe = {
	/** `ext2`, `ext3`, `ext4`, `swap`, `vfat`, `xfs`, `btrfs`, `lvm`, `ntfs`, `luks`, `raid`, `iso9660`. */
	readonly fileSystem: string | undefined;
	readonly uuid: string | undefined;
	readonly label: string | undefined;
};

const probeBytes = 68 * 1024;
const nothing: FileSystemProbe = {fileSystem: undefined, uuid: undefined, label: undefined};

type Probe = (head: Buffer) => FileSystemProbe | undefined;

/** Looks at the first 68 KiB of a partition. */
export async function probeFileSystem(
	source: BlockSource,
	startBytes: number,
	sizeBytes: number,
): Promise<FileSystemProbe> {
	const found = await source.read(startBytes, Math.min(probeBytes, sizeBytes, source.sizeBytes - startBytes));
	const head = Buffer.alloc(probeBytes);
	found.copy(head);
	for (const probe of probes) {
		const result = probe(head);
		if (result) {
			return result;
		}
	}

	return nothing;
}

const probes: readonly Probe[] = [
	head => {
		if (!has(head, 0, 'LUKS\xba\xbe')) {
			return undefined;
		}

		return {fileSystem: 'luks', uuid: text(head, 168, 40), label: undefined};
	},
	head => (has(head, 0, 'XFSB') ? {fileSystem: 'xfs', uuid: uuid(head, 32), label: text(head, 108, 12)} : undefined),
	head =>
		has(head, 65_600, '_BHRfS_M')
			? {fileSystem: 'btrfs', uuid: uuid(head, 65_568), label: text(head, 65_835, 256)}
			: undefined,
	head => {
		const sector = [0, 512, 1024, 1536].find(offset => has(head, offset, 'LABELONE'));
		return sector === undefined ? undefined : {fileSystem: 'lvm', uuid: text(head, sector + 32, 32), label: undefined};
	},
	head =>
		head.readUInt32LE(4096) === 0xa92b4efc ? {...nothing, fileSystem: 'raid', uuid: uuid(head, 4112)} : undefined,
	probeExt,
	head =>
		[4096, 8192, 16_384, 65_536].some(page => has(head, page - 10, 'SWAPSPACE2'))
			? {fileSystem: 'swap', uuid: uuid(head, 1036), label: text(head, 1052, 16)}
			: undefined,
	head =>
		has(head, 3, 'NTFS    ')
			? {
					fileSystem: 'ntfs',
					uuid: head.readBigUInt64LE(72).toString(16).toUpperCase().padStart(16, '0'),
					label: undefined,
				}
			: undefined,
	head =>
		has(head, 82, 'FAT32   ') ? {fileSystem: 'vfat', uuid: serial(head, 67), label: text(head, 71, 11)} : undefined,
	head => (has(head, 54, 'FAT1') ? {fileSystem: 'vfat', uuid: serial(head, 39), label: text(head, 43, 11)} : undefined),
	head => (has(head, 32_769, 'CD001') ? {...nothing, fileSystem: 'iso9660', label: text(head, 32_808, 32)} : undefined),
];

/** Tells the three apart as libblkid does: by their journal, and by features only ext4 has. */
function probeExt(head: Buffer): FileSystemProbe | undefined {
	if (head.readUInt16LE(1024 + 56) !== 0xef53) {
		return undefined;
	}

	const compatible = head.readUInt32LE(1024 + 92);
	const incompatible = head.readUInt32LE(1024 + 96);
	const readOnlyCompatible = head.readUInt32LE(1024 + 100);
	const ext3Incompatible = 0x2 | 0x4 | 0x10;
	const isExt4 = (incompatible & ~ext3Incompatible) !== 0 || (readOnlyCompatible & ~0x7) !== 0;
	const hasJournal = (compatible & 0x4) !== 0;
	const fileSystem = isExt4 ? 'ext4' : hasJournal ? 'ext3' : 'ext2';
	return {fileSystem, uuid: uuid(head, 1024 + 104), label: text(head, 1024 + 120, 16)};
}

function has(head: Buffer, offset: number, magic: string): boolean {
	return head.toString('latin1', offset, offset + magic.length) === magic;
}

function uuid(head: Buffer, offset: number): string {
	const hex = head.toString('hex', offset, offset + 16);
	return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function serial(head: Buffer, offset: number): string {
	const hex = head.readUInt32LE(offset).toString(16).toUpperCase().padStart(8, '0');
	return `${hex.slice(0, 4)}-${hex.slice(4)}`;
}

/** Undefined when empty. */
function text(head: Buffer, offset: number, length: number): string | undefined {
	const value = head
		.toString('utf8', offset, offset + length)
		.split('\0')[0]
		?.trim();
	return value && value !== 'NO NAME' ? value : undefined;
}
