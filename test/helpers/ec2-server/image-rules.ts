import type {Ec2World, WorldImage} from './ec2-world.js';
import type {WorldInstanceType} from './instance-world.js';
import type {WorldKernel} from './kernel-images.js';
import type {Query} from './query.js';
import {ServiceError} from './service-error.js';

const refuse = (code: string, message: string) => new ServiceError(400, code, message);
const mismatch = (message: string) => refuse('InvalidParameterCombination', message);

export type RegisteredProperties = Pick<
	WorldImage,
	'architecture' | 'virtualizationType' | 'bootMode' | 'enaSupport' | 'imdsSupport' | 'kernelId' | 'ramdiskId'
>;

/**
What RegisterImage makes of its parameters, with Amazon's defaults, which are those of 2007: i386 and paravirtual. Written after
the documents and not after our own table, so that each can be held against the other.
*/
export function propertiesOf(world: Ec2World, query: Query): RegisteredProperties {
	const architecture = query.text('Architecture') ?? 'i386';
	const virtualizationType = query.text('VirtualizationType') ?? 'paravirtual';
	const [bootMode, imdsSupport] = [query.text('BootMode'), query.text('ImdsSupport')];
	const enaSupport = query.flag('EnaSupport');
	mustBeOneOf('architecture', architecture, ['i386', 'x86_64', 'arm64']);
	mustBeOneOf('virtualizationType', virtualizationType, ['hvm', 'paravirtual']);
	mustBeOneOf('bootMode', bootMode, ['legacy-bios', 'uefi', 'uefi-preferred']);
	mustBeOneOf('imdsSupport', imdsSupport, ['v2.0']);
	const kernel = findKernel(world, 'kernel', query.text('KernelId'));
	const ramdisk = findKernel(world, 'ramdisk', query.text('RamdiskId'));
	if (virtualizationType === 'paravirtual') {
		checkParavirtual({architecture, bootMode, enaSupport, imdsSupport, kernel, ramdisk});
	} else if (kernel || ramdisk) {
		throw mismatch('An HVM AMI takes neither kernelId nor ramdiskId');
	}

	if (bootMode?.startsWith('uefi') && architecture === 'i386') {
		throw mismatch(`The boot mode ${bootMode} is not supported for i386`);
	}

	if (architecture === 'arm64' && bootMode !== undefined && bootMode !== 'uefi') {
		throw mismatch(`The boot mode ${bootMode} is not supported for arm64`);
	}

	if (query.text('ImageLocation') !== undefined && (architecture === 'arm64' || bootMode?.startsWith('uefi'))) {
		throw mismatch('An instance store-backed AMI is of x86 and boots by legacy-bios');
	}

	if (world.dialect === 'eucalyptus') {
		checkEucalyptus(query, kernel, ramdisk);
	}

	return {
		architecture,
		virtualizationType,
		bootMode,
		enaSupport,
		imdsSupport,
		kernelId: kernel?.id,
		ramdiskId: ramdisk?.id,
	};
}

function checkParavirtual({
	architecture,
	bootMode,
	enaSupport,
	imdsSupport,
	kernel,
	ramdisk,
}: Pick<WorldImage, 'architecture' | 'bootMode' | 'enaSupport' | 'imdsSupport'> & {
	readonly kernel: WorldKernel | undefined;
	readonly ramdisk: WorldKernel | undefined;
}): void {
	if (!kernel) {
		throw mismatch('A paravirtual AMI needs a kernel');
	}

	for (const [name, value] of Object.entries({bootMode, enaSupport, imdsSupport})) {
		if (value) {
			throw mismatch(`The parameter ${name} is supported only for HVM AMIs`);
		}
	}

	if (kernel.architecture !== architecture || (ramdisk && ramdisk.architecture !== architecture)) {
		throw mismatch(`The kernel or the ramdisk is not for ${architecture}`);
	}

	if (kernel.name.startsWith('pv-grub') && ramdisk) {
		throw mismatch(`A ramdisk cannot be specified with the PV-GRUB kernel ${kernel.id}`);
	}
}

/** It knows no parameters of later years, and starts no kernel by itself. */
function checkEucalyptus(query: Query, kernel: WorldKernel | undefined, ramdisk: WorldKernel | undefined): void {
	for (const name of ['EnaSupport', 'BootMode', 'ImdsSupport', 'TagSpecification.1.ResourceType']) {
		if (query.text(name) !== undefined) {
			throw refuse('UnknownParameter', `The parameter ${name} is not recognized`);
		}
	}

	if (kernel && !kernel.name.startsWith('pv-grub') && !ramdisk) {
		throw refuse('InvalidParameterValue', 'A paravirtual image must have both kernel and ramdisk');
	}
}

function mustBeOneOf(name: string, value: string | undefined, known: readonly string[]): void {
	if (value !== undefined && !known.includes(value)) {
		throw refuse('InvalidParameterValue', `Invalid value '${value}' for ${name}`);
	}
}

function findKernel({kernels}: Ec2World, kind: WorldKernel['kind'], id: string | undefined): WorldKernel | undefined {
	const found = kernels.find(kernel => kernel.id === id && kernel.kind === kind);
	if (id !== undefined && !found) {
		throw refuse('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`);
	}

	return found;
}

/** Whether RunInstances starts an AMI on a type, in what the type says of itself. */
export function mustStartOn({name, ...type}: WorldInstanceType, image: WorldImage): void {
	if (!type.architectures.includes(image.architecture)) {
		throw refuse(
			'InvalidParameterValue',
			`The architecture '${type.architectures}' of the specified instance type does not match '${image.architecture}'`,
		);
	}

	if (type.virtualizations && !type.virtualizations.includes(image.virtualizationType)) {
		throw mismatch(
			`Non-Windows instances with a virtualization type of '${image.virtualizationType}' are currently not supported for this instance type : ${name}.`,
		);
	}

	if (type.ena === 'required' && !image.enaSupport) {
		throw mismatch(
			`Enhanced networking with the Elastic Network Adapter (ENA) is required for the '${name}' instance type. Ensure that you are using an AMI that is enabled for ENA.`,
		);
	}

	if (image.bootMode !== undefined && image.bootMode !== 'uefi-preferred' && !type.bootModes.includes(image.bootMode)) {
		throw mismatch(`The instance type '${name}' does not support the boot mode '${image.bootMode}'`);
	}

	const rootDevice = image.snapshotId === '' ? 'instance-store' : 'ebs';
	if (type.rootDevices && !type.rootDevices.includes(rootDevice)) {
		throw mismatch(`The instance type '${name}' does not support an AMI with an ${rootDevice} root device.`);
	}
}
