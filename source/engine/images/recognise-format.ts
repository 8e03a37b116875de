export type ImageFormat = {
	/** With its article: `a VMDK disk`. */
	readonly name: string;
	/** What to do with it instead. */
	readonly hint: string;
};

const convert = 'Convert it first: `VBoxManage clonemedium disk IN OUT.vdi --format VDI`.';
const convertQcow = 'Convert it first: `qemu-img convert -O vdi IN OUT.vdi`.';
const installed = 'That is an installation disc; give the disk of the virtual machine that was installed from it.';

type Magic = ImageFormat & {readonly offset: number; readonly magic: string};

const magics: readonly Magic[] = [
	{name: 'a VMDK disk', offset: 0, magic: 'KDMV', hint: convert},
	{name: 'a VMDK disk', offset: 0, magic: 'COWD', hint: convert},
	{name: 'a VMDK description', offset: 0, magic: '# Disk DescriptorFile', hint: convert},
	{name: 'a VHDX disk', offset: 0, magic: 'vhdxfile', hint: convert},
	{name: 'a VHD disk', offset: 0, magic: 'conectix', hint: convert},
	{name: 'a qcow2 disk', offset: 0, magic: 'QFI\xfb', hint: convertQcow},
	{name: 'a Parallels disk', offset: 0, magic: 'WithoutFreeSpace', hint: convert},
	{name: 'a Parallels disk', offset: 0, magic: 'WithouFreSpacExt', hint: convert},
	{name: 'an ISO image', offset: 32_769, magic: 'CD001', hint: installed},
	{
		name: 'a machine archive (OVA)',
		offset: 257,
		magic: 'ustar',
		hint: 'Import it into VirtualBox and give the disk of the machine: `VBoxManage import FILE`.',
	},
	{name: 'a compressed file', offset: 0, magic: '\x1f\x8b', hint: 'Unpack it first: `gunzip FILE`.'},
	{name: 'a compressed file', offset: 0, magic: '\xfd7zXZ', hint: 'Unpack it first: `unxz FILE`.'},
	{name: 'a compressed file', offset: 0, magic: '\x28\xb5\x2f\xfd', hint: 'Unpack it first: `unzstd FILE`.'},
	{name: 'a ZIP archive', offset: 0, magic: 'PK\x03\x04', hint: 'Unpack it first: `unzip FILE`.'},
	{
		name: 'the description of a machine, not its disk',
		offset: 0,
		magic: '<?xml',
		hint: 'Give the .vdi file that stands beside it.',
	},
	{
		name: 'a raw disk',
		offset: 510,
		magic: '\x55\xaa',
		hint: 'Convert it first: `VBoxManage convertfromraw IN OUT.vdi --format VDI`.',
	},
];

/** Takes the first 36 KiB of a file and the last 512 bytes, where a fixed VHD has its only mark. */
export function recogniseFormat(head: Buffer, tail: Buffer): ImageFormat | undefined {
	const has = (buffer: Buffer, {offset, magic}: {offset: number; magic: string}) =>
		buffer.toString('latin1', offset, offset + magic.length) === magic;
	const found = magics.find(magic => has(head, magic));
	if (found && found.offset !== 510) {
		return found;
	}

	return has(tail, {offset: 0, magic: 'conectix'}) ? magics.find(({magic}) => magic === 'conectix') : found;
}
