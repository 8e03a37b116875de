import type {CloudTraits, Virtualization} from './cloud-traits.js';

export type ImageNeeds = {
	/** Whether an image must be given a kernel (aki) of the cloud. */
	readonly kernel: boolean;
	/** Whether it must be given a ramdisk (ari), too. */
	readonly ramdisk: boolean;
};

/**
What an image needs of a cloud to boot. A machine that is whole (hvm) brings everything; a paravirtual one needs a kernel, and
with it a ramdisk, unless the kernel is PV-GRUB, which starts the image's own.

@param kernel The one that was chosen, if any was.
*/
export function needsOfImage(
	{kernels}: Pick<CloudTraits, 'kernels'>,
	virtualization: Virtualization,
	kernel?: {readonly name: string},
): ImageNeeds {
	const isBare = kernels === 'optional' && virtualization === 'paravirtual';
	return {kernel: isBare, ramdisk: isBare && kernel !== undefined && !isPvGrub(kernel.name)};
}

/** `pv-grub-hd0_1.05-x86_64.gz` */
export const isPvGrub = (name: string): boolean => /pv-?grub/i.test(name);
