import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {type FakeFiles, fakeRootUuid, writeFakeDebian} from './fake-debian.js';
import {makeVdi} from './make-vdi.js';

const lines = [
	'/dev/sda1 / ext4 errors=remount-ro 0 1',
	'/dev/sda2 none swap sw 0 0',
	'/dev/sr0 /media/cdrom0 udf,iso9660 user,noauto 0 0',
	'shared /mnt/shared vboxsf defaults 0 0',
];

/** What a desktop has and a cloud has not, as changes to the files of a small Debian. */
export const desktopFiles: FakeFiles = {
	'etc/fstab': `${lines.join('\n')}\n`,
	'etc/machine-id': '0123456789abcdef0123456789abcdef\n',
	'etc/udev/rules.d/70-persistent-net.rules': 'SUBSYSTEM=="net", ATTR{address}=="08:00:27:00:00:01", NAME="enp0s3"\n',
	'etc/ssh/sshd_config.d/10-desktop.conf': 'PermitRootLogin no\n',
	'etc/systemd/system/multi-user.target.wants/vboxadd-service.service': '-> /opt/vboxadd-service.service',
	'etc/default/grub': 'GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX=""\n',
	'usr/lib/systemd/system/ssh.service': '[Service]\nExecStart=/usr/sbin/sshd -D\n',
	'usr/lib/systemd/system/serial-getty@.service': '[Service]\n',
	'usr/lib/systemd/system/e2scrub_reap.service': '[Service]\n',
	'usr/lib/systemd/system/apt-daily.timer': '[Timer]\n',
	'usr/sbin/ifup': '',
};

/** A VDI with a small Debian in it that nothing has prepared for a cloud; too small to run. */
export async function makeDesktopVdi(
	folder: string,
	changes: FakeFiles = {},
	options: readonly string[] = ['-t', 'ext4'],
): Promise<string> {
	const tree = join(folder, 'desktop-tree');
	await mkdir(tree);
	await writeFakeDebian(tree, {...desktopFiles, ...changes});
	const {vdi} = await makeVdi(folder, 'desktop', {
		table: 'start=1MiB, size=20MiB, type=83, bootable\nsize=2MiB, type=82\n',
		fileSystems: [{tree, startMib: 1, sizeMib: 20, options}],
	});
	return vdi;
}

export const desktopRootUuid = fakeRootUuid;
