import type {InstanceType, MachineImage} from './cloud.js';

/** What an AMI asks of the type it is started on; what the cloud does not say fits everywhere. */
export type ImageTraits = Pick<MachineImage, 'architecture' | 'bootMode' | 'virtualization' | 'rootDevice' | 'ena'>;

/** Why an AMI cannot be started on an instance type, in words that follow `The AMI ami-…`. Undefined: nothing is known against it. */
export function misfit(image: ImageTraits, {name, supports = {}}: Pick<InstanceType, 'name' | 'supports'>) {
	const {architecture, bootMode, virtualization, rootDevice} = image;
	const {architectures, bootModes, virtualizations, rootDevices, ena} = supports;
	if (isOutside(architecture, architectures)) {
		return `is for ${architecture}, and ${name} is ${listed(architectures)}`;
	}

	// Preferred is not needed: such an AMI boots either way.
	if (bootMode !== 'uefi-preferred' && isOutside(bootMode, bootModes)) {
		return `boots by ${bootMode}, and ${name} by ${listed(bootModes)}`;
	}

	if (isOutside(virtualization, virtualizations)) {
		return `is ${virtualization}, and ${name} is for ${listed(virtualizations)}`;
	}

	if (image.ena === false && ena === 'required') {
		return `is not registered for enhanced networking (ENA), and ${name} starts no other`;
	}

	return isOutside(rootDevice, rootDevices)
		? `has its root device in ${placeOf(rootDevice)}, and ${name} takes it from ${rootDevices?.map(placeOf).join(' or ')}`
		: undefined;
}

/** Of what may be; empty or left out: not known. */
const isOutside = (value: string | undefined, able: readonly string[] = []): boolean =>
	value !== undefined && able.length > 0 && !able.includes(value);

const listed = (able: readonly string[] = []): string => able.join(', ');

const placeOf = (device: MachineImage['rootDevice']): string => (device === 'ebs' ? 'EBS' : 'the instance store');
