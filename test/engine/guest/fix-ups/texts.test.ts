import assert from 'node:assert/strict';
import {test} from 'node:test';
import {fixInterfaces} from '../../../../source/engine/guest/fix-ups/interfaces.js';
import {addToBootEntry, addToGrub, addToGrubDefaults} from '../../../../source/engine/guest/fix-ups/serial-console.js';
import {includesDropInsFirst} from '../../../../source/engine/guest/fix-ups/sshd.js';

const console = 'console=tty0 console=ttyS0,115200n8';

test('of the network cards in /etc/network/interfaces only the loopback stays', () => {
	const text = `source /etc/network/interfaces.d/*
auto lo eth0
iface lo inet loopback
# my card
allow-hotplug enp0s3
iface enp0s3 inet static
    address 192.168.56.10/24
    up echo hi

iface enp0s8 inet dhcp
auto lo
`;
	const fixed = fixInterfaces(text, {isMain: true});
	assert.equal(
		fixed,
		`source /etc/network/interfaces.d/*
# d2cm: auto lo eth0
auto lo
iface lo inet loopback
# my card
# d2cm: allow-hotplug enp0s3
# d2cm: iface enp0s3 inet static
# d2cm:     address 192.168.56.10/24
# d2cm:     up echo hi

# d2cm: iface enp0s8 inet dhcp
auto lo

# d2cm: The cards of the cloud, as they are found at boot.
source-directory /run/network/interfaces.d
`,
	);
	assert.equal(fixInterfaces(fixed, {isMain: true}), fixed);
	assert.equal(
		fixInterfaces('auto lo\niface lo inet loopback\n', {isMain: false}),
		'auto lo\niface lo inet loopback\n',
	);
});

test('every Linux of a grub.cfg gets the serial console once', () => {
	const text = `set timeout=5
if [ x = x ] ; then
  set timeout=30
fi
menuentry 'Debian' {
	linux	/boot/vmlinuz-6.1 root=UUID=1 ro  quiet
	initrd	/boot/initrd.img-6.1
}
menuentry 'mine' {
	linux16 /vmlinuz-5 console=ttyS0
}
menuentry 'memtest' {
	linux16	/boot/memtest86+.bin
}
`;
	const fixed = addToGrub(text);
	assert.match(fixed, new RegExp(`^\\tlinux\\t/boot/vmlinuz-6.1 root=UUID=1 ro {2}quiet ${console}$`, 'm'));
	assert.match(fixed, /^\tlinux16 \/vmlinuz-5 console=ttyS0$/m);
	assert.match(fixed, /^\tlinux16\t\/boot\/memtest86\+\.bin$/m);
	assert.deepEqual(fixed.match(/timeout=\d+/g), ['timeout=1', 'timeout=1']);
	assert.equal(addToGrub(fixed), fixed);
});

test('the console is also where the next update-grub or kernel package looks', () => {
	const fixed = addToGrubDefaults('GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX_DEFAULT="quiet"\nGRUB_CMDLINE_LINUX=""\n');
	assert.equal(fixed, `GRUB_TIMEOUT=1\nGRUB_CMDLINE_LINUX_DEFAULT="quiet"\nGRUB_CMDLINE_LINUX="${console}"\n`);
	assert.equal(addToGrubDefaults(fixed), fixed);
	assert.equal(addToGrubDefaults("GRUB_CMDLINE_LINUX='a b'\n"), `GRUB_CMDLINE_LINUX="a b ${console}"\n`);
	assert.equal(addToBootEntry('title X\noptions root=UUID=1 ro\n'), `title X\noptions root=UUID=1 ro ${console}\n`);
});

test('drop-ins of sshd are trusted only when they come before every setting', () => {
	assert.equal(includesDropInsFirst('# hi\nInclude /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin no\n'), true);
	assert.equal(includesDropInsFirst('PermitRootLogin no\nInclude /etc/ssh/sshd_config.d/*.conf\n'), false);
	assert.equal(includesDropInsFirst('#Include /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\n'), false);
});
