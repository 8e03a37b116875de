import type {Filter} from '@aws-sdk/client-ec2';
import type {AwsCalls} from './aws-calls.js';
import {isShaped} from './shapes.js';

/** A kernel or a ramdisk that a cloud offers. */
export type OfferedKernel = {
	readonly id: string;
	readonly kind: 'kernel' | 'ramdisk';
	readonly name: string;
	/** `x86_64` or `i386`; empty where the cloud does not say. */
	readonly architecture: string;
};

/** Every kernel and ramdisk of a cloud that these keys may use. */
export async function describeKernels(calls: AwsCalls, signal: AbortSignal): Promise<readonly OfferedKernel[]> {
	const lists = await Promise.all(
		(['kernel', 'ramdisk'] as const).map(async kind => describeKind(calls, kind, signal)),
	);
	return lists.flat();
}

/** The kernel, or the ramdisk, of that id, where it may be used. They are shown only to whom asks for their type. */
export async function findKernel(
	calls: AwsCalls,
	{kind, id}: Pick<OfferedKernel, 'kind' | 'id'>,
	signal: AbortSignal,
): Promise<OfferedKernel | undefined> {
	const found = await describeKind(calls, kind, signal, [{Name: 'image-id', Values: [id]}]);
	return found.find(one => one.id === id);
}

async function describeKind(
	calls: AwsCalls,
	kind: OfferedKernel['kind'],
	signal: AbortSignal,
	filters: readonly Filter[] = [],
): Promise<readonly OfferedKernel[]> {
	const {Images = []} = await calls.ec2(
		'DescribeImages',
		async (client, sdk, options) =>
			client.send(
				new sdk.DescribeImagesCommand({Filters: [{Name: 'image-type', Values: [kind]}, ...filters]}),
				options,
			),
		signal,
	);
	return (
		Images
			// Not every server keeps to the filter.
			.filter(
				({ImageId, ImageType, State}) =>
					isShaped('kernel', ImageId) && ImageType === kind && (State ?? 'available') === 'available',
			)
			.map(({ImageId = '', Name = '', ImageLocation = '', Architecture = ''}) => ({
				id: ImageId,
				kind,
				name: printable(Name || nameOf(ImageLocation)),
				architecture: printable(Architecture),
			}))
			.toSorted((one, other) => one.name.localeCompare(other.name) || one.id.localeCompare(other.id))
	);
}

const printable = (text: string) => text.replace(/[^ -~]/g, '?').slice(0, 255);

/** Of the oldest only the place of their manifest is known. */
const nameOf = (location: string): string => (location.split('/').at(-1) ?? '').replace(/\.manifest\.xml$/, '');
