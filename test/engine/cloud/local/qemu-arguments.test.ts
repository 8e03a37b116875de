import assert from 'node:assert/strict';
import {test} from 'node:test';
import {kernelCommandLine} from '../../../../source/engine/cloud/local/kernel-command-line.js';
import {
	freeAddresses,
	hostNameOf,
	multicastGroup,
	networkName,
	outwardAddresses,
	outwardNetwork,
	privateMac,
	publicMac,
} from '../../../../source/engine/cloud/local/network.js';
import {type Machine, qemuArguments} from '../../../../source/engine/cloud/local/qemu-arguments.js';

const machine: Machine = {
	record: {
		id: 'i-0123abcd',
		imageId: 'ami-0000abcd',
		instanceType: 'local.small',
		vcpus: 2,
		memoryMib: 512,
		clientToken: 'token',
		tags: {},
		launchedAt: '2026-01-01T00:00:00.000Z',
		privateAddress: '10.77.0.3',
		sshPort: 2301,
	},
	image: {
		boot: {kernel: 'vmlinuz', initramfs: 'initrd.img', commandLine: 'root=UUID=4f63 ro quiet splash'},
		drivers: {virtio: true},
	},
	imageFolder: '/home/a,b/images/ami-0000abcd',
	accelerator: 'tcg',
	hasSandbox: true,
};

const argumentOf = (args: readonly string[], option: string): string | undefined => args[args.indexOf(option) + 1];

test('an instance has the processors, memory, port and addresses that were written down', () => {
	const args = qemuArguments(machine);
	assert.equal(argumentOf(args, '-name'), 'i-0123abcd');
	assert.equal(argumentOf(args, '-smp'), '2');
	assert.equal(argumentOf(args, '-m'), '512M');
	assert.ok(
		args.includes(
			'user,id=nat,net=10.78.0.24/29,host=10.78.0.26,dns=10.78.0.27,dhcpstart=10.78.0.29,hostname=ip-10-77-0-3,hostfwd=tcp:127.0.0.1:2301-:22,ipv6=off',
		),
	);
	assert.ok(args.includes('stream,id=private,server=on,addr.type=unix,addr.path=private.sock'));
	assert.ok(args.includes('virtio-net-pci,netdev=private,addr=8,mac=52:54:0a:4d:00:03'));
});

test('a kernel of the image is started directly; otherwise the boot loader of the disk starts', () => {
	const args = qemuArguments(machine);
	assert.equal(argumentOf(args, '-kernel'), '/home/a,b/images/ami-0000abcd/vmlinuz');
	assert.match(argumentOf(args, '-append') ?? '', /^root=UUID=4f63 ro quiet mitigations=off .*console=ttyS0/);
	const {boot: _, ...image} = machine.image;
	assert.ok(!qemuArguments({...machine, image}).includes('-kernel'));
});

test('without virtio drivers the guest gets what VirtualBox gave it', () => {
	const words = qemuArguments({...machine, image: {drivers: {virtio: false}}}).join(' ');
	assert.match(words, /ich9-ahci.*ide-hd,drive=disk.*ide-hd,drive=seed.*e1000,netdev=public.*e1000,netdev=private/);
	assert.doesNotMatch(words, /virtio-(blk|net)/);
});

test('QEMU gives up starting programs and getting rights, where it can', () => {
	const sandbox = 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny';
	assert.equal(argumentOf(qemuArguments(machine), '-sandbox'), sandbox);
	assert.ok(!qemuArguments({...machine, hasSandbox: false}).includes('-sandbox'));
});

test('the processor of this machine is used by KVM only', () => {
	assert.match(qemuArguments({...machine, accelerator: 'kvm'}).join(' '), /-accel kvm -cpu host/);
	assert.match(qemuArguments(machine).join(' '), /-accel tcg,thread=multi/);
});

test('the serial console of the guest is the last one, so that it gets the system messages', () => {
	const line = kernelCommandLine('root=/dev/vda1 ro  console=tty0 console=ttyS0,115200n8 quiet splash', 'tcg');
	assert.deepEqual(line.match(/console=\S+/g), ['console=ttyS0']);
	assert.match(line, /^root=\/dev\/vda1 ro quiet /);
	assert.doesNotMatch(line, /splash/);
});

test('addresses are the lowest that are free, and names and MACs follow from them', () => {
	assert.deepEqual(freeAddresses(new Set(['10.77.0.4']), 3), ['10.77.0.3', '10.77.0.5', '10.77.0.6']);
	const all = freeAddresses(new Set(), 300);
	assert.equal(all.at(-1), '10.77.1.46');
	assert.equal(new Set(all.map(privateMac)).size, 300);
	assert.equal(privateMac('10.77.1.46'), '52:54:0a:4d:01:2e');
	assert.match(publicMac('i-0123abcd'), /^52:54:00(:[0-9a-f]{2}){3}$/);
	assert.equal(hostNameOf('10.77.0.3'), 'ip-10-77-0-3');
});

test('no two instances have the same outward address, however many there are', () => {
	const all = freeAddresses(new Set(), 8189);
	const outward = all.map(outwardNetwork);
	assert.equal(new Set(outward.map(({first}) => first)).size, all.length);
	assert.equal(new Set(outward.map(({guest}) => guest)).size, all.length);
	assert.deepEqual(outward.at(-1), {
		first: '10.78.255.248',
		gateway: '10.78.255.250',
		nameServer: '10.78.255.251',
		guest: '10.78.255.253',
	});
	assert.equal(outwardAddresses, '10.78.0.0/16');
	assert.throws(() => freeAddresses(new Set(all), 1), RangeError);
});

test('the private network is the same for all instances of an owner, and another for another', () => {
	const owner = {installation: 'a', launchKey: 'pi.ABC123'};
	const other = {...owner, launchKey: 'pi.ABC124'};
	for (const nameOf of [networkName, multicastGroup]) {
		assert.equal(nameOf(owner), nameOf({...owner}));
		assert.notEqual(nameOf(owner), nameOf(other));
	}
});

test('what comes to instances of an earlier version joins their multicast group', () => {
	const args = qemuArguments({...machine, multicast: '239.77.1.2:20001'});
	assert.ok(args.includes('socket,id=private,mcast=239.77.1.2:20001,localaddr=127.0.0.1'));
});

test('an emulated guest is spared what an accelerated one does not feel, in a line the kernel takes whole', () => {
	const given = 'root=UUID=4f631f4a-074b-4ae1-92db-95ffa73ad785 ro';
	const emulated = kernelCommandLine(given, 'tcg');
	assert.match(emulated, / fsck\.mode=skip .*modprobe\.blacklist=\S*powernow_k8.*systemd\.mask=e2scrub_reap\.service/);
	assert.ok(emulated.length < 2048 - 200);
	assert.doesNotMatch(kernelCommandLine(given, 'kvm'), /fsck|blacklist|hugepages/);
});
