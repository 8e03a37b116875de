import type {Accelerator} from './accelerator.js';
import type {InstanceRecord} from './instance-record.js';
import {kernelCommandLine} from './kernel-command-line.js';
import type {LocalImage} from './local-image.js';
import {hostNameOf, outwardNetwork, privateMac, publicMac, switchSockets} from './network.js';
import {sandboxArguments} from './qemu-build.js';

export type Machine = {
	readonly record: InstanceRecord;
	readonly image: Pick<LocalImage, 'boot' | 'drivers'>;
	/** Absolute path of the AMI's folder. */
	readonly imageFolder: string;
	/** The multicast group of instances that an earlier version made; left out where a switch joins them. */
	readonly multicast?: string | undefined;
	readonly accelerator: Accelerator;
	readonly hasSandbox: boolean;
};

/**
What QEMU is started with, inside the folder of the instance. No secret is among it: the seed disk is a file.

Writes are not flushed to the host's disk: should this machine crash, the instance is lost whatever its disk holds, since
an instance never starts a second time.
*/
export function qemuArguments({
	record,
	image,
	imageFolder,
	multicast,
	accelerator,
	hasSandbox,
}: Machine): readonly string[] {
	const {virtio} = image.drivers;
	const card = virtio ? 'virtio-net-pci' : 'e1000';
	const disk = (node: string, index: number) =>
		virtio ? `virtio-blk-pci,drive=${node},addr=1${index}` : `ide-hd,drive=${node},bus=ahci.${index}`;
	return [
		...['-name', record.id],
		...(hasSandbox ? sandboxArguments : []),
		...['-machine', 'pc,usb=off,vmport=off,smbus=off,dump-guest-core=off'],
		...(accelerator === 'kvm'
			? ['-accel', 'kvm', '-cpu', 'host']
			: ['-accel', 'tcg,thread=multi,tb-size=128', '-cpu', emulatedCpu]),
		...['-smp', String(record.vcpus), '-m', `${record.memoryMib}M`],
		...['-nodefaults', '-no-user-config', '-vga', 'none', '-display', 'none'],
		// With the devices at these places a guest names them as under VirtualBox: enp0s3 and enp0s8 are its cards.
		...['-global', 'PIIX4_PM.acpi-root-pci-hotplug=off'],
		...['-chardev', 'file,id=console,path=console.log,append=on', '-serial', 'chardev:console'],
		...['-qmp', 'unix:qmp.sock,server=on,wait=off', '-pidfile', 'qemu.pid'],
		...(virtio ? [] : ['-device', 'ich9-ahci,id=ahci,addr=0d']),
		...['-blockdev', JSON.stringify(overlay), '-device', `${disk('disk', 0)},bootindex=1`],
		...['-blockdev', JSON.stringify(seed), '-device', disk('seed', 1)],
		...(multicast === undefined ? throughSwitch(natOf(record)) : alone(natOf(record), multicast)),
		...['-device', `${card},netdev=public,addr=3,mac=${publicMac(record.id)}`],
		...['-device', `${card},netdev=private,addr=8,mac=${privateMac(record.privateAddress)}`],
		...['-object', 'rng-random,id=random,filename=/dev/urandom', '-device', 'virtio-rng-pci,rng=random,addr=12'],
		...(image.boot
			? [
					...['-kernel', `${imageFolder}/${image.boot.kernel}`, '-initrd', `${imageFolder}/${image.boot.initramfs}`],
					...['-append', kernelCommandLine(image.boot.commandLine, accelerator)],
				]
			: []),
	];
}

/** The network outside as QEMU gives it, by connections of its own, and the way in to the SSH server of the guest. */
function natOf({privateAddress, sshPort}: InstanceRecord): string {
	const {first, gateway, nameServer, guest} = outwardNetwork(privateAddress);
	return [
		`net=${first}/29,host=${gateway},dns=${nameServer},dhcpstart=${guest},hostname=${hostNameOf(privateAddress)}`,
		`hostfwd=tcp:127.0.0.1:${sshPort}-:22`,
	].join();
}

/** Nothing that a guest sends gets out but through the switch: its cards know no other way, and the way out is known to the switch alone. */
function throughSwitch(nat: string): readonly string[] {
	const socket = (id: keyof typeof switchSockets) => [
		'-netdev',
		`stream,id=${id},server=on,addr.type=unix,addr.path=${switchSockets[id]}`,
	];
	return [
		...['-netdev', `user,id=nat,${nat},ipv6=off`, '-netdev', 'hubport,id=nat-port,hubid=1,netdev=nat'],
		...[...socket('outside'), '-netdev', 'hubport,id=outside-port,hubid=1,netdev=outside'],
		...socket('public'),
		...socket('private'),
	];
}

/** As an earlier version joined instances. */
const alone = (nat: string, multicast: string): readonly string[] => [
	...['-netdev', `user,id=public,${nat}`],
	...['-netdev', `socket,id=private,mcast=${multicast},localaddr=127.0.0.1`],
];

/**
What newer distributions ask for (x86-64-v2), without what makes a guest load drivers for nested virtual machines and
frequency scaling.
*/
const emulatedCpu = 'qemu64,svm=off,family=16,ssse3=on,sse4.1=on,sse4.2=on,popcnt=on';

const unflushed = {direct: false, 'no-flush': true};

const overlay = {
	driver: 'qcow2',
	'node-name': 'disk',
	discard: 'unmap',
	cache: unflushed,
	file: {driver: 'file', filename: 'disk.qcow2', discard: 'unmap', cache: unflushed},
};

const seed = {driver: 'raw', 'node-name': 'seed', file: {driver: 'file', filename: 'seed.raw'}};
