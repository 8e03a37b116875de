import type {RegisterImageCommandInput} from '@aws-sdk/client-ec2';
import type {AmiProperties} from '../../cloud/ami-properties.js';
import type {AwsCalls} from '../../cloud/ec2/aws-calls.js';
import {type FoundAmi, findAmi} from '../../cloud/ec2/find-ami.js';
import {deregisterAmi} from '../../cloud/ec2/remove-ami.js';
import {AmiFailedError} from './errors/ami-failed-error.js';
import {AmiNameTakenError} from './errors/ami-name-taken-error.js';
import {makePrivate} from './make-private.js';

/** What an AMI is made of: a completed snapshot, or the manifest of a bundle (`bucket/prefix.manifest.xml`). */
export type AmiSource = {readonly snapshotId: string; readonly volumeGib: number} | {readonly location: string};

export type AmiRequest = AmiSource & {
	/** 3 to 128 characters; one AMI of this name in an account and region. */
	readonly name: string;
	readonly description: string;
	/** They go together. */
	readonly properties: AmiProperties;
	readonly tags: Readonly<Record<string, string>>;
	/** Ids, where the properties say that there are such. */
	readonly kernel?: string | undefined;
	readonly ramdisk?: string | undefined;
	/** What the cloud knows; left out, all of it, as Amazon does. */
	readonly rules?: {
		/** Tags come with the request; otherwise by one of their own. */
		readonly tagOnCreate: boolean;
		readonly launchPermissions: boolean;
	};
};

const amazon = {tagOnCreate: true, launchPermissions: true};

/**
Makes a private AMI. May be called again after a crash: an AMI of this name and source is the one.

@throws {AmiNameTakenError | AmiFailedError | AmiNotPrivateError} And what `callPatiently` throws.
*/
export async function registerAmi(calls: AwsCalls, request: AmiRequest, signal: AbortSignal): Promise<FoundAmi> {
	const {name, rules = amazon} = request;
	const before = await findAmi(calls, {Name: 'name', Value: name}, signal);
	const registeredId = before ? undefined : await register(calls, request, signal);
	const ami = await waitForAmi(calls, {request, registeredId}, signal);
	if (!rules.tagOnCreate) {
		await tag(calls, ami.id, request.tags, signal);
	}

	if (rules.launchPermissions) {
		await makePrivate(calls, ami.id, signal);
	}

	return ami;
}

/** Its id; undefined when there is one of this name. */
async function register(calls: AwsCalls, request: AmiRequest, signal: AbortSignal): Promise<string | undefined> {
	try {
		const {ImageId} = await calls.ec2(
			'RegisterImage',
			async (client, {RegisterImageCommand}, options) =>
				client.send(new RegisterImageCommand(registration(request)), options),
			signal,
		);
		return ImageId;
	} catch (error) {
		// Perhaps by ourselves, in a request whose reply was lost: its source will tell.
		if (error instanceof Error && error.name === 'InvalidAMIName.Duplicate') {
			return undefined;
		}

		throw error;
	}
}

const pauseMs = 2000;
const mostUnseenLooks = 60;
/** An hour: clouds that look into a bundle first take their time. */
const mostLooks = 1800;

type Registered = {readonly request: AmiRequest; readonly registeredId: string | undefined};

async function waitForAmi(
	calls: AwsCalls,
	{request, registeredId}: Registered,
	signal: AbortSignal,
): Promise<FoundAmi> {
	const {name} = request;
	for (let look = 1; ; look++) {
		const ami = await findAmi(calls, {Name: 'name', Value: name}, signal);
		if (ami && !isMadeOf(ami, request)) {
			throw ami.id === registeredId
				? await withdrawn(calls, {id: ami.id, name}, signal)
				: new AmiNameTakenError(name, ami.id);
		}

		if (ami?.state === 'available') {
			return ami;
		}

		if (ami?.state === 'failed') {
			throw new AmiFailedError(ami.id, ami.reason);
		}

		if (look === (ami ? mostLooks : mostUnseenLooks)) {
			// Another account's AMI cannot take the name, and ours would be seen by now.
			throw ami ? new AmiFailedError(ami.id, 'it is still not available after an hour') : new AmiNameTakenError(name);
		}

		await calls.clock.sleep(pauseMs, signal);
	}
}

/** What only looks like Amazon may register something else than what it was told. Nobody else knows that it is ours. */
async function withdrawn(
	calls: AwsCalls,
	{id, name}: {readonly id: string; readonly name: string},
	signal: AbortSignal,
): Promise<AmiFailedError> {
	await deregisterAmi(calls, {imageId: id, isOurs: ami => ami.name === name}, signal);
	return new AmiFailedError(id, 'the cloud made it of something else than what was sent');
}

function isMadeOf({snapshotIds, location}: FoundAmi, source: AmiSource): boolean {
	// Some clouds put a slash before the bucket.
	return 'location' in source ? location.replace(/^\//, '') === source.location : snapshotIds[0] === source.snapshotId;
}

async function tag(calls: AwsCalls, id: string, tags: AmiRequest['tags'], signal: AbortSignal): Promise<void> {
	await calls.ec2(
		'CreateTags',
		async (client, {CreateTagsCommand}, options) =>
			client.send(new CreateTagsCommand({Resources: [id], Tags: tagList(tags)}), options),
		signal,
	);
}

/** Amazon's defaults are those of 2007: i386, paravirtual, magnetic. */
export function registration(request: AmiRequest): RegisterImageCommandInput {
	const {name, description, properties, kernel, ramdisk, tags, rules = amazon} = request;
	const {architecture, virtualization, bootMode, ena, imds} = properties;
	return {
		Name: name,
		Description: description,
		Architecture: architecture,
		VirtualizationType: virtualization,
		...(kernel === undefined ? {} : {KernelId: kernel}),
		...(ramdisk === undefined ? {} : {RamdiskId: ramdisk}),
		...(ena === 'on' ? {EnaSupport: true} : {}),
		...(bootMode === 'none' ? {} : {BootMode: bootMode}),
		// Our first-boot unit speaks it.
		...(imds === 'none' ? {} : {ImdsSupport: imds}),
		...('location' in request ? {ImageLocation: request.location} : onVolume(request, virtualization)),
		...(rules.tagOnCreate ? {TagSpecifications: [{ResourceType: 'image', Tags: tagList(tags)}]} : {}),
	};
}

function onVolume(
	{snapshotId, volumeGib}: Extract<AmiSource, {snapshotId: string}>,
	virtualization: AmiProperties['virtualization'],
): Partial<RegisterImageCommandInput> {
	// A whole disk, which a paravirtual kernel takes for one by this name alone.
	const rootDevice = virtualization === 'paravirtual' ? '/dev/sda' : '/dev/xvda';
	return {
		RootDeviceName: rootDevice,
		BlockDeviceMappings: [
			{
				DeviceName: rootDevice,
				Ebs: {SnapshotId: snapshotId, VolumeSize: volumeGib, VolumeType: 'gp3', DeleteOnTermination: true},
			},
		],
	};
}

const tagList = (tags: AmiRequest['tags']) => Object.entries(tags).map(([Key, Value]) => ({Key, Value}));
