import type {Accelerator} from './accelerator.js';
import type {InstanceRecord} from './instance-record.js';
import {kernelCommandLine} from './kernel-command-line.js';
import type {LocalImage} from './local-image.js';
import {hostNameOf, outwardNetwork, type PrivateNetwork, privateMac, publicMac} from './network.js';

export type Machine = {
	readonly record: InstanceRecord;
	readonly image: Pick<LocalImage, 'boot' | 'drivers'>;
	/** Absolute path of the AMI's folder. */
	readonly imageFolder: string;
	readonly network: PrivateNetwork;
	readonly accelerator: Accelerator;
};

/**
What QEMU is started with, inside the folder of the instance. No secret is among it: the seed disk is a file.

Writes are not flushed to the host's disk: should this machine crash, the instance is lost whatever its disk holds, since
an instance never starts a second time.
*/
export function qemuArguments({record, image, imageFolder, network, accelerator}: Machine): readonly string[] {
	const {virtio} = image.drivers;
	const outward = outwardNetwork(record.privateAddress);
	const card = virtio ? 'virtio-net-pci' : 'e1000';
	const disk = (node: string, index: number) =>
		virtio ? `virtio-blk-pci,drive=${node},addr=1${index}` : `ide-hd,drive=${node},bus=ahci.${index}`;
	return [
		...['-name', record.id],
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
		...[
			'-netdev',
			`user,id=public,net=${outward.network},dhcpstart=${outward.guest},hostname=${hostNameOf(record.privateAddress)},hostfwd=tcp:127.0.0.1:${record.sshPort}-:22`,
		],
		...['-device', `${card},netdev=public,addr=3,mac=${publicMac(record.id)}`],
		...['-netdev', `socket,id=private,mcast=${network.group}:${network.port},localaddr=127.0.0.1`],
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
