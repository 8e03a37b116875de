import type {CloudTraits} from './cloud-traits.js';

/** What an AMI is registered with, as far as one property decides over another. */
export type AmiProperties = {
	readonly architecture: 'x86_64' | 'i386' | 'arm64';
	readonly virtualization: 'hvm' | 'paravirtual';
	/** `none`: not said, and each instance type boots it in its own way. */
	readonly bootMode: 'legacy-bios' | 'uefi' | 'none';
	/** Enhanced networking, without which most types of today start nothing. */
	readonly ena: 'on' | 'off';
	/** IMDSv2 is demanded of its instances. */
	readonly imds: 'v2.0' | 'none';
	readonly rootDevice: 'ebs' | 'instance-store';
	/** Of the cloud (aki): PV-GRUB, which starts the image's own, or another; `unknown` where only its id is known. */
	readonly kernel: 'none' | 'pv-grub' | 'other' | 'unknown';
	/** Of the cloud (ari). */
	readonly ramdisk: 'none' | 'chosen';
	/** Whether they are for the architecture of the AMI. */
	readonly kernelFits: 'yes' | 'no' | 'unknown';
	readonly ramdiskFits: 'yes' | 'no' | 'unknown';
};

/** A kernel or ramdisk that was chosen, with what is known of it. */
export type ChosenKernel = {readonly name?: string; readonly architecture?: string};

/** The machine an AMI is made of, and what was chosen for it. What is left out is not known, or not chosen. */
export type AmiWish = {
	readonly architecture?: string | undefined;
	readonly bootMode?: 'legacy-bios' | 'uefi' | undefined;
	/** Whether it finds its root on an NVMe disk, as it must on every type that demands ENA. */
	readonly nvme?: boolean | 'unknown' | undefined;
	readonly rootDevice: AmiProperties['rootDevice'];
	readonly kernel?: ChosenKernel | undefined;
	readonly ramdisk?: ChosenKernel | undefined;
};

type Rules = Pick<CloudTraits, 'virtualization' | 'imds' | 'bareKernels'>;

/**
Decides what the AMI of a machine is registered with on a cloud. A kernel of the cloud makes it paravirtual, which goes without
all that came later. Whether the outcome goes together, `conflictOf` tells.
*/
export function amiProperties(wish: AmiWish, {virtualization: usual, imds}: Rules): AmiProperties {
	const {bootMode = 'none', nvme, rootDevice, kernel, ramdisk} = wish;
	const virtualization = kernel === undefined ? usual : 'paravirtual';
	const isWhole = virtualization === 'hvm';
	return {
		architecture: wish.architecture === 'i386' || wish.architecture === 'arm64' ? wish.architecture : 'x86_64',
		virtualization,
		// BIOS is what all others start by, and need not be told.
		bootMode: bootMode === 'uefi' || (isWhole && rootDevice === 'ebs') ? bootMode : 'none',
		ena: isWhole && rootDevice === 'ebs' && nvme !== false ? 'on' : 'off',
		imds: isWhole && imds ? 'v2.0' : 'none',
		rootDevice,
		kernel: kernelKind(kernel),
		ramdisk: ramdisk === undefined ? 'none' : 'chosen',
		kernelFits: fits(kernel, wish.architecture),
		ramdiskFits: fits(ramdisk, wish.architecture),
	};
}

function kernelKind(kernel: ChosenKernel | undefined): AmiProperties['kernel'] {
	if (kernel === undefined) return 'none';
	if (!kernel.name) return 'unknown';
	return isPvGrub(kernel.name) ? 'pv-grub' : 'other';
}

/** `pv-grub-hd0_1.05-x86_64.gz` */
export const isPvGrub = (name: string): boolean => /pv-?grub/i.test(name);

/** Whether a kernel is the PV-GRUB for disks without partitions, which a whole machine never has. */
export const isForBareDisks = (name: string): boolean => isPvGrub(name) && /hd0(?![0-9])/i.test(name);

function fits(chosen: ChosenKernel | undefined, architecture = 'unknown'): AmiProperties['kernelFits'] {
	const other = chosen?.architecture;
	return !other || architecture === 'unknown' || architecture === ''
		? 'unknown'
		: other === architecture
			? 'yes'
			: 'no';
}

export type AmiConflict = {
	/** In a sentence. */
	readonly message: string;
	/** In the imperative. */
	readonly hint: string;
};

type Some = {readonly [Name in keyof AmiProperties]?: ReadonlyArray<AmiProperties[Name]>};

type Rule = AmiConflict & {
	/** Only where the cloud has these traits. */
	readonly on?: Partial<Rules>;
	/** It is for AMIs with one of these values each; left out, for all. */
	readonly of?: Some;
	/** Of these no other value goes with it. */
	readonly needs: Some;
};

const withoutKernel = 'Leave the kernel out: the image then boots its own.';

/**
What goes together, as the documents of RegisterImage, of PV-GRUB and of the boot modes have it, and Eucalyptus in its code. The
first rule that is broken is said.

@see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterImage.html
@see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-boot.html
*/
const rules: readonly Rule[] = [
	{
		of: {ramdisk: ['chosen']},
		needs: {kernel: ['pv-grub', 'other', 'unknown']},
		message: 'A ramdisk is of no use without a kernel.',
		hint: 'Leave it out, or choose a kernel, too.',
	},
	{
		of: {virtualization: ['hvm']},
		needs: {kernel: ['none']},
		message: 'An AMI that boots by itself (hvm) takes no kernel of the cloud.',
		hint: withoutKernel,
	},
	{
		of: {virtualization: ['paravirtual']},
		needs: {kernel: ['pv-grub', 'other', 'unknown']},
		message: 'A paravirtual AMI needs a kernel of the cloud.',
		hint: 'Choose one: `d2cm kernel list CLOUD` shows them.',
	},
	{
		of: {virtualization: ['paravirtual']},
		needs: {architecture: ['x86_64', 'i386']},
		message: 'A kernel of the cloud makes an AMI paravirtual, and no machine of ARM can be.',
		hint: withoutKernel,
	},
	{
		of: {virtualization: ['paravirtual']},
		needs: {bootMode: ['none']},
		message:
			'A kernel of the cloud makes an AMI paravirtual, and this machine starts by UEFI, which such an AMI cannot.',
		hint: withoutKernel,
	},
	{
		of: {virtualization: ['paravirtual']},
		needs: {ena: ['off'], imds: ['none']},
		message: 'A paravirtual AMI has neither enhanced networking (ENA) nor IMDSv2 as a demand.',
		hint: withoutKernel,
	},
	{
		needs: {kernelFits: ['yes', 'unknown']},
		message: 'The kernel is for another architecture than the image.',
		hint: 'Choose one for the architecture of the image: `d2cm kernel list CLOUD` shows it.',
	},
	{
		needs: {ramdiskFits: ['yes', 'unknown']},
		message: 'The ramdisk is for another architecture than the image.',
		hint: 'Choose one for the architecture of the image: `d2cm kernel list CLOUD` shows it.',
	},
	{
		of: {kernel: ['pv-grub']},
		needs: {ramdisk: ['none']},
		message: "PV-GRUB starts the image's own kernel with its own ramdisk, and takes none of the cloud.",
		hint: 'Leave the ramdisk out.',
	},
	{
		on: {bareKernels: false},
		of: {kernel: ['other']},
		needs: {ramdisk: ['chosen']},
		message: 'This cloud takes a kernel only together with a ramdisk.',
		hint: 'Choose the ramdisk that goes with the kernel, or leave the kernel out.',
	},
	{
		of: {bootMode: ['uefi']},
		needs: {architecture: ['x86_64', 'arm64']},
		message: 'The machine starts by UEFI, and in the cloud no 32-bit one (i386) does.',
		hint: 'Install a boot loader for BIOS in it, or a 64-bit system.',
	},
	{
		of: {architecture: ['arm64']},
		needs: {bootMode: ['uefi', 'none']},
		message: 'The machine is one of ARM that starts by BIOS, and in the cloud such a one starts by UEFI alone.',
		hint: 'Install a boot loader for UEFI in it.',
	},
	{
		of: {rootDevice: ['instance-store']},
		needs: {bootMode: ['none']},
		message: 'The machine starts by UEFI, and an AMI made of a bundle starts by BIOS alone.',
		hint: 'Migrate it by another way or to another cloud, or install a boot loader for BIOS in it.',
	},
	{
		of: {rootDevice: ['instance-store']},
		needs: {architecture: ['x86_64', 'i386']},
		message: 'The machine is one of ARM, and a bundle holds none.',
		hint: 'Migrate it by another way or to another cloud.',
	},
];

/** Says why a cloud would refuse an AMI of these properties, be it asked for or registered. Undefined: nothing is known against it. */
export function conflictOf(properties: AmiProperties, traits: Rules): AmiConflict | undefined {
	const has = ([name, values]: [string, readonly string[] | undefined]) =>
		values?.includes(properties[name as keyof AmiProperties]) ?? true;
	return rules.find(
		({on = {}, of = {}, needs}) =>
			Object.entries(on).every(([trait, value]) => traits[trait as keyof Rules] === value) &&
			Object.entries(of).every(has) &&
			!Object.entries(needs).every(has),
	);
}
