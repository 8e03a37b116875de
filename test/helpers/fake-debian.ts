import {mkdir, symlink, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {gzipSync, zstdCompressSync} from 'node:zlib';
import {cpioOf} from './cpio-of.js';

/** Content by path; undefined leaves a file of the standard tree out, `-> target` makes a symbolic link. */
export type FakeFiles = Readonly<Record<string, string | Buffer | undefined>>;

export const fakeRelease = '6.1.0-37-amd64';
export const fakeRootUuid = '2f6f3c1e-1111-4222-8333-0123456789ab';

const modules = [
	'block/virtio_blk',
	'virtio/virtio_pci',
	'nvme/host/nvme',
	'net/ethernet/amazon/ena/ena',
	'block/xen-blkfront',
];

/** The start of an x86_64 program. */
export function elfHeader(machine = 62): Buffer {
	const header = Buffer.alloc(64);
	header.write('\x7fELF\x02\x01\x01', 'latin1');
	header.writeUInt16LE(3, 16);
	header.writeUInt16LE(machine, 18);
	return header;
}

/** Early microcode as it is, then the rest compressed: as initramfs-tools makes it. */
export function fakeInitramfs(
	names: readonly string[] = modules,
	compression: 'zstd' | 'gzip' | 'none' = 'zstd',
): Buffer {
	const early = cpioOf({'kernel/x86/microcode/GenuineIntel.bin': Buffer.alloc(5000, 7)});
	const files = names.map(
		name => [`usr/lib/modules/${fakeRelease}/kernel/drivers/${name}.ko`, Buffer.alloc(3001, 1)] as const,
	);
	const main = cpioOf(Object.fromEntries([['init', Buffer.from('#!/bin/sh\n')], ...files]));
	const compressed = compression === 'zstd' ? zstdCompressSync(main) : compression === 'gzip' ? gzipSync(main) : main;
	return Buffer.concat([early, compressed]);
}

/** The files of a small Debian that D2CM looks at; nothing in it runs. */
export function fakeDebianFiles(): FakeFiles {
	return {
		'usr/lib/os-release':
			'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n',
		'etc/os-release': '-> ../usr/lib/os-release',
		'etc/passwd':
			'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nalice:x:1000:1000::/home/alice:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
		'etc/shadow': 'root:$y$j9T$SECRETHASH:19000:0:99999:7:::\n',
		'etc/fstab': `UUID=${fakeRootUuid} / ext4 errors=remount-ro 0 1\n`,
		'etc/network/interfaces': 'auto lo\niface lo inet loopback\nallow-hotplug enp0s3\niface enp0s3 inet dhcp\n',
		'etc/ssh/sshd_config': 'Include /etc/ssh/sshd_config.d/*.conf\n#PermitRootLogin prohibit-password\nUsePAM yes\n',
		'etc/systemd/system/multi-user.target.wants/ssh.service': '-> /lib/systemd/system/ssh.service',
		'usr/lib/systemd/systemd': elfHeader(),
		'usr/sbin/sshd': elfHeader(),
		'usr/bin/dash': elfHeader(),
		'usr/bin/sh': '-> dash',
		bin: '-> usr/bin',
		sbin: '-> usr/sbin',
		lib: '-> usr/lib',
		[`usr/lib/modules/${fakeRelease}/modules.builtin`]: 'kernel/fs/ext4/ext4.ko\n',
		[`usr/lib/modules/${fakeRelease}/modules.dep`]: modules.map(name => `kernel/drivers/${name}.ko:\n`).join(''),
		'etc/initramfs-tools/initramfs.conf':
			'#\n# MODULES: [ most | netboot | dep | list ]\n#\n\nMODULES=most\n\nCOMPRESS=zstd\n',
		[`boot/vmlinuz-${fakeRelease}`]: Buffer.alloc(70_000, 'kernel'),
		[`boot/initrd.img-${fakeRelease}`]: fakeInitramfs(),
		'boot/grub/grub.cfg': `set default="0"
menuentry 'Debian GNU/Linux' --class debian $menuentry_id_option 'gnulinux-simple-${fakeRootUuid}' {
	linux	/boot/vmlinuz-${fakeRelease} root=UUID=${fakeRootUuid} ro quiet
	initrd	/boot/initrd.img-${fakeRelease}
}
`,
	};
}

/** Writes the tree, with changes. */
export async function writeFakeDebian(folder: string, changes: FakeFiles = {}): Promise<void> {
	for (const [path, content] of Object.entries({...fakeDebianFiles(), ...changes})) {
		if (content === undefined) {
			continue;
		}

		const file = join(folder, path);
		await mkdir(dirname(file), {recursive: true});
		if (typeof content === 'string' && content.startsWith('-> ')) {
			await symlink(content.slice(3), file);
		} else {
			await writeFile(file, content);
		}
	}
}
