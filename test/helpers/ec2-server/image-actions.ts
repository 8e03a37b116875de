import {checkManifest} from './bundle-source.js';
import {type Ec2World, newId, type WorldImage} from './ec2-world.js';
import {propertiesOf} from './image-rules.js';
import {imageFilters, kernelImages} from './kernel-images.js';
import {filtered, pageOf, type Query} from './query.js';
import {mustBeIds} from './resource-ids.js';
import {ServiceError} from './service-error.js';
import type {XmlTree} from './xml.js';

const refuse = (code: string, message: string) => new ServiceError(400, code, message);

/** Makes an AMI of a snapshot that is completed, or of a bundle. */
export function registerImage(
	world: Ec2World,
	query: Query,
	{unseen, manifest}: {unseen: number; manifest?: string | undefined},
): XmlTree {
	const name = query.needed('Name');
	if (!/^[A-Za-z0-9()[\] ./\-'@_]{3,128}$/.test(name)) {
		throw refuse('InvalidAMIName.Malformed', 'AMI names must be between 3 and 128 characters long');
	}

	const same = [...world.images.values()].find(image => image.name === name);
	if (same) {
		throw refuse('InvalidAMIName.Duplicate', `AMI name ${name} is already in use by AMI ${same.id}`);
	}

	const properties = propertiesOf(world, query);
	const location = query.text('ImageLocation');
	const volume = location === undefined ? volumeOf(world, query) : noVolume;
	if (location !== undefined) {
		checkManifest(world, query, manifest);
	}

	const image: WorldImage = {
		id: newId(world, 'ami'),
		unseen,
		name,
		description: query.text('Description') ?? '',
		...properties,
		...volume,
		...(location === undefined ? {} : {location}),
		tags: query.tags('image'),
		launchPermissions: new Set(),
		createdAt: new Date(),
	};
	world.images.set(image.id, image);
	return {imageId: image.id};
}

type Volume = Pick<WorldImage, 'rootDeviceName' | 'snapshotId' | 'volumeGib' | 'volumeType' | 'deleteOnTermination'>;

const noVolume: Volume = {
	rootDeviceName: '/dev/sda1',
	snapshotId: '',
	volumeGib: 0,
	volumeType: '',
	deleteOnTermination: false,
};

function volumeOf(world: Ec2World, query: Query): Volume {
	const {rootDeviceName, mapping} = rootMapping(query);
	const snapshotId = query.needed(`${mapping}.Ebs.SnapshotId`);
	const snapshot = world.snapshots.get(snapshotId);
	if (!snapshot) {
		throw refuse('InvalidSnapshot.NotFound', `The snapshot '${snapshotId}' does not exist.`);
	}

	if (snapshot.status !== 'completed') {
		throw refuse('InvalidSnapshot.InvalidState', `${snapshotId} is not completed`);
	}

	const volumeGib = Number(query.text(`${mapping}.Ebs.VolumeSize`) ?? snapshot.volumeGib);
	if (volumeGib < snapshot.volumeGib) {
		throw refuse('InvalidBlockDeviceMapping', 'The volume is smaller than its snapshot');
	}

	return {
		rootDeviceName,
		snapshotId,
		volumeGib,
		volumeType: query.text(`${mapping}.Ebs.VolumeType`) ?? 'standard',
		deleteOnTermination: query.flag(`${mapping}.Ebs.DeleteOnTermination`),
	};
}

function rootMapping(query: Query): {rootDeviceName: string; mapping: string} {
	const rootDeviceName = query.needed('RootDeviceName');
	const index = query
		.indexes('BlockDeviceMapping')
		.find(n => query.text(`BlockDeviceMapping.${n}.DeviceName`) === rootDeviceName);
	if (index === undefined) {
		throw refuse('InvalidBlockDeviceMapping', 'The root device is not among the mapped devices');
	}

	return {rootDeviceName, mapping: `BlockDeviceMapping.${index}`};
}

export function describeImages(world: Ec2World, query: Query): XmlTree {
	const ids = query.list('ImageId');
	mustBeIds('ami', ids);
	const shown = [...world.images.values()].filter(image => image.unseen-- <= 0);
	const missing = ids.find(id => !shown.some(image => image.id === id));
	if (missing !== undefined) {
		throw refuse('InvalidAMIID.NotFound', `The image id '[${missing}]' does not exist`);
	}

	const [isSelf, mayStart] = ['Owner', 'ExecutableBy'].map(key => query.list(key).includes('self'));
	const wanted = filtered(query, shown, imageFilters, ({id, name, architecture, tags}) => [
		tags,
		{name, 'image-id': id, state: 'available', 'image-type': 'machine', architecture},
	]).filter(
		image =>
			(!isSelf || image.owner === undefined) &&
			(!mayStart || image.launchPermissions.has(world.ownerId)) &&
			(image.owner === undefined || image.launchPermissions.size > 0) &&
			(ids.length === 0 || ids.includes(image.id)),
	);
	if (ids.length > 0 && query.text('MaxResults') !== undefined) {
		throw refuse('InvalidParameterCombination', 'Image IDs cannot be used with maxResults');
	}

	const {page, nextToken} = pageOf(
		[...wanted.map(image => describe(world, image)), ...kernelImages(world, query)],
		query,
	);
	return {imagesSet: page, nextToken};
}

function describe({ownerId}: Ec2World, image: WorldImage): XmlTree {
	return {
		imageId: image.id,
		imageLocation: image.location ?? `${ownerId}/${image.name}`,
		imageState: image.failure === undefined ? (image.state ?? 'available') : 'failed',
		stateReason: image.failure === undefined ? undefined : {code: 'Client.InvalidManifest', message: image.failure},
		kernelId: image.kernelId,
		ramdiskId: image.ramdiskId,
		imageOwnerId: image.owner ?? ownerId,
		platformDetails: image.platformDetails ?? 'Linux/UNIX',
		isPublic: image.launchPermissions.has('all'),
		architecture: image.architecture,
		imageType: 'machine',
		name: image.name,
		description: image.description,
		rootDeviceType: image.snapshotId === '' ? 'instance-store' : 'ebs',
		rootDeviceName: image.rootDeviceName,
		blockDeviceMapping:
			image.snapshotId === ''
				? []
				: [
						{
							deviceName: image.rootDeviceName,
							ebs: {
								snapshotId: image.snapshotId,
								volumeSize: image.volumeGib,
								volumeType: image.volumeType,
								deleteOnTermination: image.deleteOnTermination,
							},
						},
					],
		virtualizationType: image.virtualizationType,
		tagSet: [...image.tags].map(([key, value]) => ({key, value})),
		hypervisor: 'xen',
		enaSupport: image.enaSupport,
		bootMode: image.bootMode,
		imdsSupport: image.imdsSupport,
		creationDate: image.createdAt.toISOString(),
	};
}

export function deregisterImage(world: Ec2World, query: Query): XmlTree {
	world.images.delete(findImage(world, query).id);
	return {return: true};
}

export function describeImageAttribute(world: Ec2World, query: Query): XmlTree {
	const {id, launchPermissions} = findImage(world, query);
	query.needed('Attribute');
	if (query.oneOf('Attribute', imageAttributes) !== 'launchPermission') {
		throw refuse('InvalidParameterValue', 'Only launchPermission is known here');
	}

	return {
		imageId: id,
		launchPermission: [...launchPermissions].map(who => (who === 'all' ? {group: 'all'} : {userId: who})),
	};
}

const imageAttributes = [
	'description',
	'kernel',
	'ramdisk',
	'launchPermission',
	'productCodes',
	'blockDeviceMapping',
	'sriovNetSupport',
	'bootMode',
	'tpmSupport',
	'uefiData',
	'lastLaunchedTime',
	'imdsSupport',
	'deregistrationProtection',
] as const;

export function modifyImageAttribute(world: Ec2World, query: Query): XmlTree {
	const {launchPermissions} = findImage(world, query);
	for (const [change, apply] of [
		['Add', (who: string) => launchPermissions.add(who)],
		['Remove', (who: string) => launchPermissions.delete(who)],
	] as const) {
		for (const n of query.indexes(`LaunchPermission.${change}`)) {
			const entry = `LaunchPermission.${change}.${n}`;
			apply(query.text(`${entry}.Group`) ?? query.needed(`${entry}.UserId`));
		}
	}

	return {return: true};
}

function findImage(world: Ec2World, query: Query): WorldImage {
	const id = query.needed('ImageId');
	mustBeIds('ami', [id]);
	const image = world.images.get(id);
	if (!image) {
		throw refuse('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`);
	}

	return image;
}
