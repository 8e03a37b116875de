import {posix} from 'node:path';
import {wantedUnits} from '../../guest/fix-ups/wanted-units.js';
import type {GuestDisk} from '../../guest/guest-disk.js';
import type {Finding} from '../image-report.js';
import {findLinks} from './find-links.js';
import type {GuestFacts} from './guest-facts.js';

const additionUnits = /^(?:vboxadd|vboxadd-\w+|vboxservice|vboxclient|virtualbox-guest(?:-\w+)?)\.service$/i;
const qemuBlockBytes = 1024 * 1024;

/** Finds what concerns the machine as a whole: the disk, its file system, the processor. */
export async function findSystem(facts: GuestFacts): Promise<readonly Finding[]> {
	return [findDisk(facts), findFileSystem(facts), findArchitecture(facts)];
}

/** Finds what asks the cloud who the machine is, and what the desktop's host left in the guest. */
export async function findAgents({disk}: GuestFacts): Promise<readonly Finding[]> {
	const additions = (await wantedUnits(disk)).filter(path => additionUnits.test(posix.basename(path)));
	const found: Finding[] = [await findCloudInit(disk)];
	if (additions.length > 0) {
		found.push({
			subject: 'guest-additions',
			found: 'The VirtualBox guest additions start at boot.',
			verdict: 'will-be-fixed',
			remark: 'Their services will be switched off; outside VirtualBox they only fail.',
			data: {files: additions},
		});
	}

	return found;
}

async function findCloudInit(disk: GuestDisk): Promise<Finding> {
	const subject = 'cloud-init';
	const present = (await findLinks(disk, ['/usr/bin/cloud-init'])).length > 0;
	const data = {present, disabled: (await findLinks(disk, ['/etc/cloud/cloud-init.disabled'])).length > 0};
	if ((await findLinks(disk, ['/etc/systemd/system/sysinit.target.wants/d2cm-first-boot.service'])).length > 0) {
		return {
			subject,
			found: "D2CM's own first-boot unit is installed.",
			verdict: 'fits',
			data: {...data, ownUnit: true},
		};
	}

	return {
		subject,
		found: present ? 'cloud-init is installed.' : 'cloud-init is not installed.',
		verdict: 'will-be-fixed',
		remark: `A small unit of ours will ${present ? 'take its place and ' : ''}take key, names and addresses from the cloud at the first boot.`,
		data,
	};
}

function findDisk({vdi, table}: GuestFacts): Finding {
	const subject = 'disk-image';
	const data = {...vdi, notes: table.notes};
	const kind = `A ${vdi.kind} VDI, version ${vdi.version}`;
	if (vdi.blockBytes !== qemuBlockBytes || vdi.version !== '1.1') {
		return {
			subject,
			found: `${kind}, with blocks of ${vdi.blockBytes} bytes.`,
			verdict: 'cannot-run',
			remark:
				'QEMU reads only version 1.1 with blocks of 1 MiB; copy it: `VBoxManage clonemedium disk IN OUT.vdi --format VDI`.',
			data,
		};
	}

	return {subject, found: [`${kind}.`, ...table.notes].join(' '), verdict: 'fits', data};
}

function findFileSystem({superblock, root}: GuestFacts): Finding {
	const subject = 'file-system';
	const isClean = superblock.state === 'clean' && !superblock.needsRecovery;
	const data = {
		fileSystem: root.fileSystem,
		uuid: root.uuid,
		state: superblock.state,
		needsRecovery: superblock.needsRecovery,
	};
	const place = `The system is on partition ${root.number} (${root.fileSystem})`;
	if (isClean) {
		return {subject, found: `${place}.`, verdict: 'fits', data};
	}

	const reason =
		superblock.state === 'has errors' ? 'its file system has errors' : 'the machine was not shut down cleanly';
	return {
		subject,
		found: `${place}; ${reason}, so what is said here may be a little old.`,
		verdict: 'will-be-fixed',
		remark: 'The file system of the copy will be checked and repaired by e2fsck.',
		data,
	};
}

function findArchitecture({architecture}: GuestFacts): Finding {
	const subject = 'architecture';
	const data = {architecture};
	if (architecture === 'x86_64' || architecture === 'i386') {
		return {subject, found: `The programs are for ${architecture}.`, verdict: 'fits', data};
	}

	return {
		subject,
		found: architecture === 'arm64' ? 'The programs are for arm64.' : 'The architecture of the programs is not known.',
		verdict: 'cannot-run',
		remark: 'The clouds D2CM uses run x86_64 and i386 systems; install the system on such a machine.',
		data,
	};
}
