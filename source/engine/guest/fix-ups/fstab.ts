import type {PartitionSummary} from '../../images/image-report.js';
import type {FixUp} from './fix-up.js';
import {rewrite} from './rewrite.js';

const mark = '# d2cm: ';
const desktopOnly = /^(vboxsf|prl_fs|vmhgfs|fuse\.vmhgfs-fuse|9p|virtiofs|iso9660|udf|udf,iso9660|iso9660,udf)$/;
const removable = /^\/dev\/(sr\d|scd\d|cdrom|dvd|fd\d|floppy)/;
const partitionName = /^\/dev\/([shv]d[a-z]+|xvd[a-z]+|nvme\d+n\d+p)(\d+)$/;
/** What the first disk of a machine is called. */
const firstDisk = /^([shv]da|xvda|nvme0n1p)$/;
const overNetwork = /^(nfs4?|cifs|smb3|smbfs|sshfs|fuse\.sshfs|ceph|glusterfs)$/;

export const fstab: FixUp = {
	name: 'fstab',
	what: 'The root is mounted by UUID, and nothing else in /etc/fstab can hold up the boot.',
	why: 'A cloud names disks differently and has neither the CD drive nor the shared folders of the desktop.',
	edits: async ({disk, report}) =>
		(await disk.stat('/etc/fstab')) === undefined
			? [{kind: 'write', path: '/etc/fstab', content: fixFstab('', report)}]
			: rewrite(disk, '/etc/fstab', text => fixFstab(text, report)),
};

export type Partitions = {
	readonly root: Pick<PartitionSummary, 'number' | 'uuid'>;
	readonly partitions: ReadonlyArray<Pick<PartitionSummary, 'number' | 'uuid'>>;
};

/** Lines that are right stay as they are, to the byte. A missing entry for the root is added. */
export function fixFstab(text: string, partitions: Partitions): string {
	const fixed = text
		.split('\n')
		.map(line => fixLine(line, partitions))
		.join('\n');
	const {uuid} = partitions.root;
	return uuid === undefined || /^[ \t]*[^#\s]\S*[ \t]+\/[ \t]/m.test(fixed)
		? fixed
		: `UUID=${uuid}\t/\tauto\tdefaults\t0\t1\n${fixed}`;
}

function fixLine(line: string, {root, partitions}: Partitions): string {
	const [device, mountPoint, type, options = 'defaults', ...rest] = line.trim().split(/\s+/);
	if (!device || device.startsWith('#') || !mountPoint || !type) {
		return line;
	}

	if (desktopOnly.test(type) || removable.test(device)) {
		return `${mark}${line}`;
	}

	const write = (newDevice: string, ...needed: readonly string[]) => {
		const given = options.split(',');
		const missing = needed.filter(option => !given.includes(option));
		return newDevice === device && missing.length === 0
			? line
			: [newDevice, mountPoint, type, [...given, ...missing].join(','), ...rest].join('\t');
	};

	if (mountPoint === '/') {
		const holds = /^(\/dev\/mapper\/|\/dev\/disk\/by-(uuid|label)\/|LABEL=|PARTUUID=|PARTLABEL=)/.test(device);
		const isRight = holds || device.toLowerCase() === `uuid=${root.uuid?.toLowerCase()}`;
		return write(isRight || !root.uuid ? device : `UUID=${root.uuid}`);
	}

	const [, disk, number] = partitionName.exec(device) ?? [];
	if (disk !== undefined) {
		const own = firstDisk.test(disk) ? partitions : [];
		const uuid = own.find(partition => partition.number === Number(number))?.uuid;
		return uuid === undefined ? `${mark}${line}` : write(`UUID=${uuid}`, 'nofail');
	}

	if (overNetwork.test(type)) {
		return write(device, 'nofail', '_netdev');
	}

	// Memory file systems, bind mounts and the like are everywhere.
	const needsDevice = /^(UUID=|LABEL=|PARTUUID=|PARTLABEL=|\/dev\/)/.test(device);
	return needsDevice ? write(device, 'nofail') : line;
}
