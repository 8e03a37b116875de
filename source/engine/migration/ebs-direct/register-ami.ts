import type {RegisterImageCommandInput} from '@aws-sdk/client-ec2';
import type {AwsCalls} from '../../cloud/ec2/aws-calls.js';
import type {ImageReport} from '../../images/image-report.js';
import {AmiNameTakenError} from './errors/ami-name-taken-error.js';
import {type FoundAmi, findAmi} from './find-ami.js';
import {makePrivate} from './make-private.js';

export type AmiRequest = {
	/** 3 to 128 characters; one AMI of this name in an account and region. */
	readonly name: string;
	readonly description: string;
	readonly snapshotId: string;
	readonly volumeGib: number;
	readonly report: Pick<ImageReport, 'architecture' | 'bootMode'>;
	/** Whether what asks for the key pair in the guest speaks IMDSv2, as our first-boot unit does. */
	readonly speaksImdsV2: boolean;
	readonly tags: Readonly<Record<string, string>>;
};

/**
Makes a private AMI of a completed snapshot. May be called again after a crash: an AMI of this name and snapshot is the one.

@throws {AmiNameTakenError | AmiNotPrivateError} And what `callPatiently` throws.
*/
export async function registerAmi(calls: AwsCalls, request: AmiRequest, signal: AbortSignal): Promise<FoundAmi> {
	const before = await findAmi(calls, {Name: 'name', Values: [request.name]}, signal);
	const ami = before ?? (await register(calls, request, signal));
	if (ami.snapshotIds[0] !== request.snapshotId) {
		throw new AmiNameTakenError(request.name, ami.id);
	}

	await makePrivate(calls, ami.id, signal);
	return ami;
}

async function register(calls: AwsCalls, request: AmiRequest, signal: AbortSignal): Promise<FoundAmi> {
	try {
		await calls.ec2(
			'RegisterImage',
			async (client, {RegisterImageCommand}, options) =>
				client.send(new RegisterImageCommand(registration(request)), options),
			signal,
		);
	} catch (error) {
		// Perhaps by ourselves, in a request whose reply was lost: the snapshot will tell.
		if (!(error instanceof Error && error.name === 'InvalidAMIName.Duplicate')) {
			throw error;
		}
	}

	return waitForAmi(calls, request.name, signal);
}

const mostLooks = 60;

async function waitForAmi(calls: AwsCalls, name: string, signal: AbortSignal): Promise<FoundAmi> {
	for (let look = 1; ; look++) {
		const ami = await findAmi(calls, {Name: 'name', Values: [name]}, signal);
		if (ami?.state === 'available') {
			return ami;
		}

		if (look === mostLooks) {
			// Another account's AMI cannot take the name, and ours would be seen by now.
			throw new AmiNameTakenError(name, ami?.id);
		}

		await calls.clock.sleep(2000, signal);
	}
}

/** Amazon's defaults are those of 2007: i386, paravirtual, magnetic. */
function registration(request: AmiRequest): RegisterImageCommandInput {
	const {name, description, snapshotId, volumeGib, report, speaksImdsV2, tags} = request;
	const rootDevice = '/dev/xvda';
	return {
		Name: name,
		Description: description,
		Architecture: report.architecture === 'arm64' || report.architecture === 'i386' ? report.architecture : 'x86_64',
		VirtualizationType: 'hvm',
		EnaSupport: true,
		BootMode: report.bootMode,
		...(speaksImdsV2 ? {ImdsSupport: 'v2.0'} : {}),
		RootDeviceName: rootDevice,
		BlockDeviceMappings: [
			{
				DeviceName: rootDevice,
				Ebs: {SnapshotId: snapshotId, VolumeSize: volumeGib, VolumeType: 'gp3', DeleteOnTermination: true},
			},
		],
		TagSpecifications: [{ResourceType: 'image', Tags: Object.entries(tags).map(([Key, Value]) => ({Key, Value}))}],
	};
}
