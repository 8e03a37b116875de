import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {readFile, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {reportText} from '../../../source/commands/report-text.js';
import {runProgram} from '../../../source/engine/host/run-program.js';
import type {Finding, ImageReport} from '../../../source/engine/images/image-report.js';
import {inspectImage} from '../../../source/engine/images/inspect-image.js';
import {openGuest} from '../../../source/engine/images/open-guest.js';
import {
	elfHeader,
	type FakeFiles,
	fakeInitramfs,
	fakeRelease,
	fakeRootUuid,
	writeFakeDebian,
} from '../../helpers/fake-debian.js';
import {makeVdi, type VdiPlan} from '../../helpers/make-vdi.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

/** On a busy machine too, the initramfs is read to its end. */
const patient = {initramfsBudgetMs: 60_000};
const wants = 'etc/systemd/system/multi-user.target.wants';

test('a Debian is described whole, and its disk is left as it was', async t => {
	const {vdi, raw} = await makeDebian(t);
	const before = await stateOf(vdi);
	const report = await inspectImage(vdi, patient);

	assert.equal(report.file, vdi);
	assert.deepEqual(report.os, {id: 'debian', name: 'Debian GNU/Linux 12 (bookworm)', version: '12'});
	assert.equal(report.architecture, 'x86_64');
	assert.equal(report.bootMode, 'legacy-bios');
	assert.equal(report.root.uuid, fakeRootUuid);
	assert.deepEqual(
		report.users.map(({name, uid}) => `${name} ${uid}`),
		['root 0', 'alice 1000'],
	);
	assert.deepEqual(report.kernels, [
		{
			release: fakeRelease,
			kernel: `/boot/vmlinuz-${fakeRelease}`,
			initramfs: `/boot/initrd.img-${fakeRelease}`,
			isDefault: true,
			commandLine: `root=UUID=${fakeRootUuid} ro quiet`,
			drivers: {virtio: true, nvme: true, ena: true, xen: true},
		},
	]);
	assert.deepEqual(verdicts(report), {
		'disk-image': 'fits',
		'file-system': 'fits',
		architecture: 'fits',
		'boot-loader': 'fits',
		'serial-console': 'will-be-fixed',
		initramfs: 'fits',
		fstab: 'fits',
		network: 'will-be-fixed',
		sshd: 'fits',
		'root-login': 'fits',
		'cloud-init': 'will-be-fixed',
	});
	assert.equal(report.verdict, 'will-be-fixed');
	assert.deepEqual(finding(report, 'initramfs').data?.source, 'initramfs');
	assert.deepEqual(finding(report, 'network').data?.nics, ['enp0s3']);
	assert.doesNotMatch(JSON.stringify(report), /SECRETHASH/);
	assert.deepEqual(await stateOf(vdi), before);

	const {stdout} = await runProgram('dumpe2fs', [
		'-h',
		'-o',
		'superblock=1',
		'-o',
		'blocksize=1024',
		`${raw}?offset=1048576`,
	]);
	assert.match(stdout, new RegExp(`UUID:\\s+${report.root.uuid}`));
});

/** One change to the fake Debian, and what it does to one finding. */
const cases: ReadonlyArray<{
	readonly title: string;
	readonly files: FakeFiles;
	readonly subject: string;
	readonly verdict: Finding['verdict'];
	readonly found: RegExp;
}> = [
	{
		title: 'root and swap by device, shared folders and CD drives in fstab',
		files: {
			'etc/fstab':
				'/dev/sda1 / ext4 defaults 0 1\n/dev/sda5 none swap sw 0 0\nshare /mnt vboxsf rw 0 0\n/dev/sr0 /media/cdrom0 udf,iso9660 user,noauto 0 0\n',
		},
		subject: 'fstab',
		verdict: 'will-be-fixed',
		found: /root by device name \(\/dev\/sda1\), swap by device name \(\/dev\/sda5\), a shared folder .*, a CD drive/,
	},
	{
		title: 'a second disk in fstab that would hold up the boot',
		files: {
			'etc/fstab': `UUID=${fakeRootUuid} / ext4 defaults 0 1\nUUID=11111111-2222-4222-8333-0123456789ab /data ext4 defaults 0 2\n`,
		},
		subject: 'fstab',
		verdict: 'will-be-fixed',
		found: /\/data on another disk/,
	},
	{
		title: 'a second disk in fstab that is optional',
		files: {
			'etc/fstab': `UUID=${fakeRootUuid} / ext4 defaults 0 1\nUUID=11111111-2222-4222-8333-0123456789ab /data ext4 nofail 0 2\n`,
		},
		subject: 'fstab',
		verdict: 'fits',
		found: /by UUID/,
	},
	{
		title: 'no fstab',
		files: {'etc/fstab': undefined},
		subject: 'fstab',
		verdict: 'will-be-fixed',
		found: /no \/etc\/fstab/,
	},
	{
		title: 'systemd-networkd for any network card',
		files: {
			'etc/network/interfaces': undefined,
			'etc/systemd/network/any.network': '[Match]\nName=en* eth*\n[Network]\nDHCP=yes\n',
			[`${wants}/systemd-networkd.service`]: '-> /lib/systemd/system/systemd-networkd.service',
		},
		subject: 'network',
		verdict: 'fits',
		found: /systemd-networkd/,
	},
	{
		title: 'a NetworkManager profile for one network card',
		files: {
			'etc/network/interfaces': undefined,
			'etc/NetworkManager/system-connections/Wired.nmconnection':
				'[connection]\nid=Wired\ntype=ethernet\ninterface-name=enp0s3\n[ipv4]\nmethod=auto\n',
		},
		subject: 'network',
		verdict: 'will-be-fixed',
		found: /enp0s3 only \(NetworkManager\)/,
	},
	{
		title: 'netplan for one network card',
		files: {
			'etc/network/interfaces': undefined,
			'etc/netplan/01.yaml': 'network:\n  version: 2\n  ethernets:\n    enp0s8:\n      dhcp4: true\n',
		},
		subject: 'network',
		verdict: 'will-be-fixed',
		found: /enp0s8 only \(netplan\)/,
	},
	{
		title: 'a static address',
		files: {'etc/network/interfaces': 'iface enp0s3 inet static\n address 192.168.56.10\n'},
		subject: 'network',
		verdict: 'will-be-fixed',
		found: /enp0s3/,
	},
	{
		title: 'names pinned by udev',
		files: {
			'etc/udev/rules.d/70-persistent-net.rules':
				'SUBSYSTEM=="net", ACTION=="add", ATTR{address}=="08:00:27:aa:bb:cc", NAME="eth0"\n',
		},
		subject: 'persistent-net',
		verdict: 'will-be-fixed',
		found: /70-persistent-net\.rules/,
	},
	{
		title: 'no SSH server',
		files: {'usr/sbin/sshd': undefined},
		subject: 'sshd',
		verdict: 'cannot-run',
		found: /no SSH server/,
	},
	{
		title: 'an SSH server that is not started',
		files: {[`${wants}/ssh.service`]: undefined},
		subject: 'sshd',
		verdict: 'will-be-fixed',
		found: /not started at boot/,
	},
	{
		title: 'an SSH server under its other name',
		files: {[`${wants}/ssh.service`]: undefined, [`${wants}/sshd.service`]: '-> /lib/systemd/system/sshd.service'},
		subject: 'sshd',
		verdict: 'fits',
		found: /starts at boot/,
	},
	{
		title: 'an SSH server started by its socket',
		files: {
			[`${wants}/ssh.service`]: undefined,
			'etc/systemd/system/sockets.target.wants/ssh.socket': '-> /lib/systemd/system/ssh.socket',
		},
		subject: 'sshd',
		verdict: 'fits',
		found: /starts at boot/,
	},
	{
		title: 'a masked SSH server',
		files: {'etc/systemd/system/ssh.service': '-> /dev/null'},
		subject: 'sshd',
		verdict: 'will-be-fixed',
		found: /masked/,
	},
	{
		title: 'root login forbidden in a drop-in that comes first',
		files: {
			'etc/ssh/sshd_config': 'Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin prohibit-password\n',
			'etc/ssh/sshd_config.d/10-own.conf': 'PermitRootLogin no\n',
		},
		subject: 'root-login',
		verdict: 'will-be-fixed',
		found: /PermitRootLogin no/,
	},
	{
		title: 'root login set for some addresses only',
		files: {'etc/ssh/sshd_config': 'Match Address 10.0.0.0/8\nPermitRootLogin no\n'},
		subject: 'root-login',
		verdict: 'fits',
		found: /by key only/,
	},
	{
		title: 'root let in with a password',
		files: {'etc/ssh/sshd_config': 'PermitRootLogin yes\n'},
		subject: 'root-login',
		verdict: 'will-be-fixed',
		found: /with a password/,
	},
	{
		title: 'only some users let in',
		files: {'etc/ssh/sshd_config': 'AllowUsers alice\n'},
		subject: 'root-login',
		verdict: 'will-be-fixed',
		found: /only other users/,
	},
	{
		title: 'cloud-init',
		files: {'usr/bin/cloud-init': '#!/usr/bin/python3\n'},
		subject: 'cloud-init',
		verdict: 'will-be-fixed',
		found: /is installed\./,
	},
	{
		title: 'a first-boot unit of an earlier migration',
		files: {'etc/systemd/system/sysinit.target.wants/d2cm-first-boot.service': '-> ../d2cm-first-boot.service'},
		subject: 'cloud-init',
		verdict: 'fits',
		found: /own first-boot unit/,
	},
	{
		title: 'root kept out by name',
		files: {'etc/ssh/sshd_config': 'DenyUsers mallory root\n'},
		subject: 'root-login',
		verdict: 'cannot-run',
		found: /keep root out/,
	},
	{
		title: 'guest additions',
		files: {[`${wants}/vboxadd.service`]: '-> /lib/systemd/system/vboxadd.service'},
		subject: 'guest-additions',
		verdict: 'will-be-fixed',
		found: /guest additions/,
	},
	{
		title: 'no kernel',
		files: {[`boot/vmlinuz-${fakeRelease}`]: undefined},
		subject: 'boot-loader',
		verdict: 'cannot-run',
		found: /no kernel/,
	},
	{
		title: 'no boot loader configuration',
		files: {'boot/grub/grub.cfg': undefined},
		subject: 'boot-loader',
		verdict: 'cannot-run',
		found: /No boot loader configuration/,
	},
	{
		title: 'extlinux',
		files: {
			'boot/grub/grub.cfg': undefined,
			'boot/extlinux/extlinux.conf': `default l0\nlabel l0\n\tlinux ../vmlinuz-${fakeRelease}\n\tappend initrd=../initrd.img-${fakeRelease} root=LABEL=x console=ttyS0\n`,
		},
		subject: 'serial-console',
		verdict: 'fits',
		found: /writes to the serial console/,
	},
	{
		title: 'an initramfs without virtio',
		files: {[`boot/initrd.img-${fakeRelease}`]: fakeInitramfs(['ata/ahci', 'nvme/host/nvme'], 'gzip')},
		subject: 'initramfs',
		verdict: 'cannot-run',
		found: /without the virtio drivers/,
	},
	{
		title: 'an initramfs of an unknown compression but told to hold most drivers',
		files: {
			[`boot/initrd.img-${fakeRelease}`]: Buffer.concat([Buffer.from('\xfd7zXZ\0', 'latin1'), Buffer.alloc(500, 3)]),
		},
		subject: 'initramfs',
		verdict: 'fits',
		found: /virtio, nvme, ena, xen/,
	},
	{
		title: 'an initramfs of an unknown compression told to hold only what this machine needs',
		files: {
			[`boot/initrd.img-${fakeRelease}`]: Buffer.concat([Buffer.from('\xfd7zXZ\0', 'latin1'), Buffer.alloc(500, 3)]),
			'etc/initramfs-tools/conf.d/driver-policy': 'MODULES=dep\n',
		},
		subject: 'initramfs',
		verdict: 'fits',
		found: /virtio \(not known\)/,
	},
	{
		title: 'programs for another processor',
		files: {'usr/bin/dash': elfHeader(183), 'usr/lib/systemd/systemd': elfHeader(183)},
		subject: 'architecture',
		verdict: 'cannot-run',
		found: /arm64/,
	},
];

for (const {title, files, subject, verdict, found} of cases) {
	test(`${title}: ${verdict}`, async t => {
		const {vdi} = await makeDebian(t, files);
		const report = await inspectImage(vdi, patient);
		const result = finding(report, subject);
		assert.match(result.found, found);
		assert.equal(result.verdict, verdict);
		assert.equal(result.remark === undefined, verdict === 'fits');
	});
}

test('a system on a logical partition, with /boot and swap of their own, is described and its kernel read', async t => {
	const folder = await temporaryFolder(t);
	const tree = join(folder, 'tree');
	const boot = join(folder, 'boot');
	const cfg = `menuentry 'Debian' {\n\tlinux /vmlinuz-${fakeRelease} root=/dev/sda5 ro\n\tinitrd /initrd.img-${fakeRelease}\n}\n`;
	await writeFakeDebian(tree, {
		'etc/fstab': '/dev/sda5 / ext4 defaults 0 1\nLABEL=boot /boot ext2 defaults 0 2\n',
		'boot/grub/grub.cfg': undefined,
		[`boot/vmlinuz-${fakeRelease}`]: undefined,
		[`boot/initrd.img-${fakeRelease}`]: undefined,
	});
	await runProgram('mkdir', ['-p', join(boot, 'grub')]);
	await runProgram('tee', [join(boot, 'grub/grub.cfg')], {input: cfg});
	await runProgram('tee', [join(boot, `vmlinuz-${fakeRelease}`)], {input: 'kernel'});
	await runProgram('tee', [join(boot, `initrd.img-${fakeRelease}`)], {input: ''});
	const {vdi} = await makeVdi(folder, 'disk', {
		diskMib: 48,
		table: 'start=1MiB, size=8MiB, type=83, bootable\nstart=9MiB, type=5\nstart=10MiB, size=30MiB, type=83\n',
		fileSystems: [
			{tree: boot, startMib: 1, sizeMib: 8, options: ['-t', 'ext2', '-L', 'boot', '-U', 'random']},
			{tree, startMib: 10, sizeMib: 30},
		],
	});

	const {report, disk, close} = await openGuest(vdi, patient);
	t.after(close);
	assert.equal(report.root.number, 5);
	assert.equal(finding(report, 'boot-loader').verdict, 'fits');
	assert.equal(report.kernels[0]?.isDefault, true);
	assert.equal((await disk.readFile(report.kernels[0]?.kernel ?? ''))?.toString(), 'kernel');
});

const refusals: ReadonlyArray<{title: string; plan: VdiPlan; name: string; hint: RegExp}> = [
	{title: 'a partition without a file system', plan: {}, name: 'NoLinuxError', hint: /several disks/},
	{
		title: 'an empty file system',
		plan: {fileSystems: [{startMib: 1, sizeMib: 23}]},
		name: 'NoLinuxError',
		hint: /several disks/,
	},
	{title: 'no partition table', plan: {table: ''}, name: 'NoPartitionTableError', hint: /installed/},
];

for (const {title, plan, name, hint} of refusals) {
	test(`a disk with ${title} is refused with a hint`, async t => {
		const {vdi} = await makeVdi(await temporaryFolder(t), 'disk', plan);
		await assert.rejects(inspectImage(vdi, patient), {name, hint});
	});
}

test('a system on btrfs is refused, and the file system is named', async t => {
	const folder = await temporaryFolder(t);
	const {raw, vdi} = await makeVdi(folder, 'disk', {diskMib: 140});
	await runProgram('truncate', ['-s', '120M', join(folder, 'fs')]);
	await runProgram('mkfs.btrfs', ['-q', join(folder, 'fs')]);
	await runProgram('dd', [
		`if=${join(folder, 'fs')}`,
		`of=${raw}`,
		'bs=1M',
		'seek=1',
		'conv=notrunc,sparse',
		'status=none',
	]);
	await runProgram('qemu-img', ['convert', '-O', 'vdi', raw, vdi]);
	await assert.rejects(inspectImage(vdi, patient), {
		name: 'UnsupportedFileSystemError',
		message: /Partition 1 holds a btrfs file system/,
	});
});

test('a disk without boot code cannot run', async t => {
	const {vdi} = await makeDebian(t, {}, {bootCode: ''});
	const {found, verdict} = finding(await inspectImage(vdi, patient), 'boot-loader');
	assert.match(found, /no boot code/);
	assert.equal(verdict, 'cannot-run');
});

test('a file system that was not unmounted is said to be repaired in the copy', async t => {
	const folder = await temporaryFolder(t);
	const tree = join(folder, 'tree');
	await writeFakeDebian(tree);
	const {raw, vdi} = await makeVdi(folder, 'disk', {fileSystems: [{tree, startMib: 1, sizeMib: 23}]});
	await runProgram('debugfs', ['-w', '-R', 'feature needs_recovery', `${raw}?offset=1048576`]);
	await runProgram('qemu-img', ['convert', '-O', 'vdi', raw, vdi]);
	assert.equal(finding(await inspectImage(vdi, patient), 'file-system').verdict, 'will-be-fixed');
});

test('what a guest writes into its files does not steer the terminal, and lines stay within 80 columns', async t => {
	const {vdi} = await makeDebian(t, {
		'usr/lib/os-release': `PRETTY_NAME="Evil \u001b[2J\u202e ${'long '.repeat(30)}${'x'.repeat(100)}"\nID=evil\n`,
	});
	const report = await inspectImage(vdi, patient);
	const text = reportText(report).join('\n');
	assert.match(report.os.name, /^Evil \ufffd\[2J\ufffd/);
	assert.ok(text.split('\n').every(line => line.length <= 80));
	assert.match(text, /^disk\.vdi: will run in a cloud; 3 things will be fixed/);
	assert.match(text, /^will be fixed {2}network: /m);
});

async function makeDebian(
	t: TestContext,
	changes: FakeFiles = {},
	plan: VdiPlan = {},
): Promise<{raw: string; vdi: string}> {
	const folder = await temporaryFolder(t);
	const tree = join(folder, 'tree');
	await writeFakeDebian(tree, changes);
	return makeVdi(folder, 'disk', {fileSystems: [{tree, startMib: 1, sizeMib: 23}], ...plan});
}

function verdicts({findings}: ImageReport): Record<string, Finding['verdict']> {
	return Object.fromEntries(findings.map(({subject, verdict}) => [subject, verdict]));
}

function finding({findings}: ImageReport, subject: string): Finding {
	const found = findings.find(one => one.subject === subject);
	assert.ok(found, `There is no finding about ${subject}.`);
	return found;
}

async function stateOf(file: string): Promise<unknown> {
	const {mtimeNs, size} = await stat(file, {bigint: true});
	return {
		digest: createHash('sha256')
			.update(await readFile(file))
			.digest('hex'),
		mtimeNs,
		size,
	};
}
