import {CapacityError} from '../capacity-error.js';
import type {CapacityRequest} from '../cloud.js';
import {misfit} from '../misfit.js';
import {UnknownImageError} from '../unknown-image-error.js';
import {zonesOffering} from './availability-zones.js';
import {type Ec2Context, hasCode} from './ec2-context.js';
import {findImage, listImages, traitsOfImage} from './ec2-image.js';
import {ImageMisfitError} from './errors/image-misfit-error.js';
import {type Ec2InstanceType, findInstanceType} from './instance-types.js';
import {marketOptions} from './market-options.js';
import {priceTooLow, spotTooDear} from './spot-too-dear.js';
import {checkVcpus, type VcpuLimits} from './vcpu-limits.js';

/**
Asks everything that can be asked before anything is reserved. That there is room now, Amazon tells nobody beforehand.

@throws {CapacityError | UnknownInstanceTypeError | UnknownImageError | ImageMisfitError | NotAllowedError}
*/
export async function checkEc2Capacity(
	context: Ec2Context,
	requests: readonly CapacityRequest[],
	vcpuLimits: VcpuLimits | undefined,
): Promise<void> {
	const wanted = await Promise.all(
		requests.map(async request => ({...request, type: await findInstanceType(context, request.instanceType)})),
	);
	for (const {type, imageId, count} of wanted) {
		if (imageId !== undefined) {
			await checkImage(context, imageId, type);
		}

		if (context.traits.dryRun) {
			await checkZones(context, type, count);
		}
	}

	if (vcpuLimits) {
		await checkVcpus(context, wanted, vcpuLimits);
	}

	for (const {type: _, ...request} of wanted) {
		if (request.imageId !== undefined && context.traits.dryRun) {
			await tryDry(context, request);
		}
	}
}

async function checkImage(context: Ec2Context, imageId: string, type: Ec2InstanceType): Promise<void> {
	const image = await findImage(context, imageId);
	if (!image) {
		const known = (await listImages(context)).map(({id}) => id);
		throw new UnknownImageError(imageId, context.name, known);
	}

	const {State} = image;
	if (State !== 'available') {
		throw new ImageMisfitError(
			imageId,
			`is ${State ?? 'not available'}`,
			'Wait until it is available, or migrate again.',
		);
	}

	const why = misfit(traitsOfImage(image, context.traits), type);
	if (why !== undefined) {
		throw new ImageMisfitError(imageId, why, otherType);
	}
}

const otherType = 'Choose another instance type.';

async function checkZones(context: Ec2Context, {name}: Ec2InstanceType, count: number): Promise<void> {
	const zones = await zonesOffering(context, name);
	if (zones.length === 0) {
		throw new CapacityError(`${count} x ${name} were asked for, and 0 zones of ${context.name} have it.`, otherType);
	}
}

/** Whether the credential may do it, and the parameters fit each other. */
async function tryDry({ask, name}: Ec2Context, request: CapacityRequest): Promise<void> {
	const {imageId, instanceType, count} = request;
	try {
		await ask('RunInstances', async (client, {RunInstancesCommand}, options) =>
			client.send(
				new RunInstancesCommand({
					DryRun: true,
					ImageId: imageId,
					InstanceType: instanceType as never,
					MinCount: count,
					MaxCount: count,
					...marketOptions(request),
				}),
				options,
			),
		);
	} catch (error) {
		if (hasCode(error, priceTooLow)) {
			throw spotTooDear(name, request, {cause: error});
		}

		if (!hasCode(error, 'DryRunOperation')) {
			throw error;
		}
	}
}
