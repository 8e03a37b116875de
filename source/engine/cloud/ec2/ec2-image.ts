import type {Image} from '@aws-sdk/client-ec2';
import {unaskedAnswer} from '../answer-errors.js';
import type {MachineImage} from '../cloud.js';
import type {ImageTraits} from '../misfit.js';
import {type Ec2Context, hasCode} from './ec2-context.js';
import {tagsOf} from './owner-tags.js';
import {isShaped} from './shapes.js';
import {volumePrice} from './volume-price.js';

const imageStates: Readonly<Record<string, MachineImage['state']>> = {available: 'available', pending: 'pending'};

/** AMIs of the account, and those of others it was expressly allowed to start. */
export async function listImages(context: Ec2Context): Promise<readonly MachineImage[]> {
	const [own, allowed] = await Promise.all([
		describe(context, {Owners: ['self']}),
		describe(context, {ExecutableUsers: ['self']}),
	]);
	const machines = [...own, ...allowed].filter(({ImageType = 'machine'}) => ImageType === 'machine');
	const images = machines.flatMap(image => machineImage(image, context.traits) ?? []);
	return [...new Map(images.map(image => [image.id, image])).values()];
}

/** One image by its id, whoever's it is. */
export async function findImage(context: Ec2Context, imageId: string): Promise<Image | undefined> {
	try {
		const images = await describe(context, {ImageIds: [imageId]});
		const image = images.find(({ImageId}) => ImageId === imageId);
		const [other] = images;
		if (!image && other) {
			throw unaskedAnswer('AMI', imageId, other.ImageId ?? 'one without an id');
		}

		return image;
	} catch (error) {
		if (hasCode(error, ...unknownImage)) {
			return undefined;
		}

		throw error;
	}
}

export const unknownImage: readonly string[] = [
	'InvalidAMIID.NotFound',
	'InvalidAMIID.Malformed',
	'InvalidAMIID.Unavailable',
];

type Question = {Owners: string[]} | {ExecutableUsers: string[]} | {ImageIds: string[]};

async function describe({ask}: Ec2Context, question: Question): Promise<readonly Image[]> {
	const {Images = []} = await ask('DescribeImages', async (client, {DescribeImagesCommand}, options) =>
		client.send(new DescribeImagesCommand(question), options),
	);
	return Images;
}

/** What instance types must support to start it. Servers that speak EC2 may know further words, which say nothing here. */
export function traitsOfImage(
	{Architecture, BootMode, VirtualizationType, RootDeviceType, EnaSupport}: Image,
	{tellsEna}: Pick<Ec2Context['traits'], 'tellsEna'>,
): ImageTraits {
	const rootDevice = rootDevices.find(device => device === RootDeviceType);
	const ena = EnaSupport ?? (tellsEna ? false : undefined);
	return {
		...(Architecture && {architecture: Architecture}),
		...(BootMode && {bootMode: BootMode}),
		...(VirtualizationType && {virtualization: VirtualizationType}),
		...(rootDevice && {rootDevice}),
		...(ena !== undefined && {ena}),
	};
}

/** In the cloud's words, short; undefined for Linux that costs nothing of its own. */
function platformOf({Platform, PlatformDetails = ''}: Image): string | undefined {
	const platform = PlatformDetails.replace(/[^ -~]/g, '').slice(0, 60) || Platform;
	return platform === 'Linux/UNIX' ? undefined : platform;
}

const rootDevices = ['ebs', 'instance-store'] as const;

export function machineImage(image: Image, traits: Ec2Context['traits']): MachineImage | undefined {
	const {ImageId, Name, OwnerId, State, CreationDate, Tags, BlockDeviceMappings} = image;
	const platform = platformOf(image);
	const disks = (BlockDeviceMappings ?? []).flatMap(({Ebs}) => Ebs ?? []);
	const gib = disks.reduce((sum, {VolumeSize = 0}) => sum + VolumeSize, 0);
	const prices = disks.map(({VolumeSize = 0, VolumeType = ''}) => volumePrice(VolumeSize, VolumeType));
	const keptUsd = prices.reduce(
		(sum, price) => (sum === undefined || price === undefined ? undefined : sum + price),
		0,
	);
	return !isShaped('AMI', ImageId)
		? undefined
		: {
				id: ImageId,
				name: isShaped('name', Name) ? Name : '',
				...(isShaped('account', OwnerId) && {owner: OwnerId}),
				...(platform !== undefined && {platform}),
				state: imageStates[State ?? ''] ?? 'failed',
				virtualBytes: gib * 2 ** 30,
				createdAt: Number.isNaN(Date.parse(CreationDate ?? '')) ? '' : (CreationDate ?? ''),
				tags: tagsOf(Tags),
				...traitsOfImage(image, traits),
				...(keptUsd !== undefined && disks.length > 0 && {keptUsd}),
			};
}
