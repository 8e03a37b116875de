import type {Ec2World} from './ec2-world.js';
import {filtered, type Query} from './query.js';
import type {XmlTree} from './xml.js';

export type WorldKernel = {
	readonly id: string;
	readonly kind: 'kernel' | 'ramdisk';
	readonly name: string;
	readonly location: string;
	readonly architecture: 'i386' | 'x86_64';
};

/** Some of those Amazon still offers. */
export function amazonKernels(): WorldKernel[] {
	return [
		kernel('aki-52a34525', 'kernel', 'ec2-public-images-eu/pv-grub-hd0_1.05-x86_64.gz', 'x86_64'),
		kernel('aki-68a3451f', 'kernel', 'ec2-public-images-eu/pv-grub-hd0_1.05-i386.gz', 'i386'),
		kernel('aki-4feec43b', 'kernel', 'ec2-public-images-eu/vmlinuz-2.6.21.7-2.fc8xen', 'x86_64'),
		kernel('ari-61ddde08', 'ramdisk', 'ec2-public-images-eu/initrd-2.6.21.7-2.fc8xen', 'x86_64'),
	];
}

const kernel = (
	id: string,
	kind: WorldKernel['kind'],
	path: string,
	architecture: WorldKernel['architecture'],
): WorldKernel => ({
	id,
	kind,
	// The oldest have no name.
	name: path.includes('pv-grub') ? (path.split('/').at(-1) ?? '') : '',
	location: `${path}.manifest.xml`,
	architecture,
});

export const imageFilters = ['name', 'image-id', 'state', 'image-type', 'architecture'] as const;

/** They are images too, and only shown to whom they are asked for. */
export function kernelImages({kernels}: Ec2World, query: Query): readonly XmlTree[] {
	const types = query.filters().get('image-type') ?? [];
	if (!types.some(type => type === 'kernel' || type === 'ramdisk')) {
		return [];
	}

	return filtered(query, kernels, imageFilters, ({kind, architecture, name, id}) => [
		new Map(),
		{'image-type': kind, architecture, name, 'image-id': id, state: 'available'},
	]).map(({id, kind, name, location, architecture}) => ({
		imageId: id,
		imageLocation: location,
		imageState: 'available',
		imageOwnerId: '137112412989',
		isPublic: true,
		architecture,
		imageType: kind,
		name: name || undefined,
		rootDeviceType: 'instance-store',
		virtualizationType: 'paravirtual',
		hypervisor: 'xen',
	}));
}
