import type {Finding, PartitionSummary} from '../image-report.js';
import {readText} from '../read-text.js';
import type {GuestFacts} from './guest-facts.js';
import {type FstabEntry, parseFstab} from './parse-fstab.js';

const discs = new Set(['iso9660', 'udf', 'udf,iso9660', 'auto']);
const elsewhere = new Set(['nfs', 'nfs4', 'cifs', 'sshfs', 'fuse.sshfs', 'smbfs', '9p', 'ceph', 'glusterfs']);
const virtual = new Set(['proc', 'sysfs', 'tmpfs', 'devpts', 'none', 'debugfs', 'overlay', 'bind', 'efivarfs']);
/** Names given by the kernel or the machine, which are others on another machine. */
const isMachineName = (device: string) => /^\/dev\/(?:[shv]d[a-z]|xvd|nvme|disk\/by-(?:path|id)\/)/.test(device);

/** Finds what in `/etc/fstab` would stop or slow a boot on other hardware. */
export async function findFstab({disk, partitions, root}: GuestFacts): Promise<readonly Finding[]> {
	const text = await readText(disk, '/etc/fstab');
	const entries = parseFstab(text ?? '');
	const troubles = entries.flatMap(entry => {
		const trouble = findTrouble(entry, partitions, root);
		return trouble ? [{...trouble, line: entry.line, device: entry.device, mountPoint: entry.mountPoint}] : [];
	});
	const rootEntry = entries.find(({mountPoint}) => mountPoint === '/');
	const data = {rootDevice: rootEntry?.device, entries: entries.length, troubles};
	if (!rootEntry) {
		return [
			{
				subject: 'fstab',
				found: text === undefined ? 'There is no /etc/fstab.' : '/etc/fstab does not name the root file system.',
				verdict: 'will-be-fixed',
				remark: 'An entry for the root file system, by UUID, will be written.',
				data,
			},
		];
	}

	if (troubles.length === 0) {
		return [{subject: 'fstab', found: `/etc/fstab mounts / by ${wayOf(rootEntry.device)}.`, verdict: 'fits', data}];
	}

	return [
		{
			subject: 'fstab',
			found: `/etc/fstab names what a cloud machine does not have: ${troubles.map(({what}) => what).join(', ')}.`,
			verdict: 'will-be-fixed',
			remark: `The root file system will be mounted by UUID, and nothing else can hold up the boot.`,
			data,
		},
	];
}

function findTrouble(
	{device, mountPoint, type, options}: FstabEntry,
	partitions: readonly PartitionSummary[],
	root: PartitionSummary,
): {readonly kind: string; readonly what: string} | undefined {
	if (mountPoint === '/') {
		if (isMachineName(device)) {
			return {kind: 'root-by-device', what: `root by device name (${device})`};
		}

		const isOther = device.startsWith('UUID=') && device.slice(5).toLowerCase() !== root.uuid?.toLowerCase();
		return isOther ? {kind: 'root-by-other-uuid', what: `root by a UUID it does not have (${device})`} : undefined;
	}

	if (type === 'vboxsf' || type === 'prl_fs' || type === 'vmhgfs' || type === 'fuse.vmhgfs-fuse') {
		return {kind: 'shared-folder', what: `a shared folder of the desktop (${device})`};
	}

	if (/^\/dev\/(?:sr\d|cdrom|dvd|scd\d)/.test(device) || (discs.has(type) && /cdrom|dvd/.test(mountPoint))) {
		return {kind: 'cdrom', what: `a CD drive (${device})`};
	}

	if (/^\/dev\/fd\d/.test(device)) {
		return {kind: 'floppy', what: `a floppy drive (${device})`};
	}

	const isOptional = options.includes('nofail') || options.includes('noauto');
	if (isMachineName(device)) {
		return type === 'swap'
			? {kind: 'swap-by-device', what: `swap by device name (${device})`}
			: {kind: 'device-name', what: `${mountPoint} by device name (${device})`};
	}

	if (isOptional || virtual.has(type)) {
		return undefined;
	}

	if (elsewhere.has(type)) {
		return {kind: 'network-share', what: `a network share (${device})`};
	}

	return isOnAnotherDisk(device, partitions)
		? {kind: 'other-disk', what: `${type === 'swap' ? 'swap' : mountPoint} on another disk (${device})`}
		: undefined;
}

function isOnAnotherDisk(device: string, partitions: readonly PartitionSummary[]): boolean {
	const [, key, value = ''] = /^(UUID|LABEL)=(.*)$/.exec(device) ?? [];
	const name = value.toLowerCase();
	switch (key) {
		case 'UUID':
			return !partitions.some(({uuid}) => uuid?.toLowerCase() === name);
		case 'LABEL':
			return !partitions.some(({label}) => label?.toLowerCase() === name);
		default:
			return false;
	}
}

function wayOf(device: string): string {
	return /^(UUID|LABEL|PARTUUID|PARTLABEL)=/.exec(device)?.[1] ?? device;
}
