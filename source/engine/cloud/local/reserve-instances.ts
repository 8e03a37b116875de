import type {Clock} from '../../host/clock.js';
import {removeFolder} from '../../host/remove-folder.js';
import {type Instance, type InstanceType, type ReserveRequest, tagNames} from '../cloud.js';
import type {Accelerator} from './accelerator.js';
import {describeInstance} from './describe-instance.js';
import {endQemu} from './end-qemu.js';
import {findProcess} from './find-process.js';
import {
	createInstanceFolder,
	type InstanceFacts,
	type InstanceRecord,
	instanceFolder,
	readInstance,
} from './instance-record.js';
import {keepSwitch} from './keep-switch.js';
import {type LocalImage, localImageFolder} from './local-image.js';
import {hostNameOf, multicastGroup, networkName, outwardAddresses, privateMac} from './network.js';
import {forgetReservation, type Reservation} from './reservation.js';
import {buildSeed} from './seed.js';
import {noteStarted, startInstance, type Trace, withFreePort} from './start-instance.js';

export type Making = {
	readonly cloudFolder: string;
	readonly request: ReserveRequest;
	readonly type: InstanceType;
	readonly image: LocalImage;
	readonly accelerator: Accelerator;
	readonly hasSandbox: boolean;
	readonly clock: Clock;
	readonly trace: Trace;
	/** What joins new instances; left out where those of an earlier version still run, which know multicast only. */
	readonly network: InstanceRecord['network'];
};

/** The instances of a reservation that were never handed out: not made, or made by a process that died before it said so. */
export async function findMissing(cloudFolder: string, reservation: Reservation): Promise<Reservation['instances']> {
	const missing: Reservation['instances'] = [];
	for (const planned of reservation.instances) {
		const facts = await readInstance(cloudFolder, planned.id);
		if (!facts?.started && !facts?.ended) {
			missing.push(planned);
		}
	}

	return missing;
}

/**
Makes what is missing of a reservation, side by side. When one fails, the whole reservation is taken back: nobody was
given any of it.
*/
export async function makeInstances(
	making: Making,
	reservation: Reservation,
	missing: Reservation['instances'],
): Promise<void> {
	if (making.network === 'switch') {
		await keepSwitch(making.cloudFolder, networkName(making.request.owner));
	}

	const results = await Promise.allSettled(missing.map(planned => makeInstance(making, planned)));
	const failure = results.find(result => result.status === 'rejected');
	if (failure) {
		await takeBack(making.cloudFolder, reservation);
		throw failure.reason;
	}
}

async function makeInstance(making: Making, planned: Reservation['instances'][number]): Promise<void> {
	const {cloudFolder, request, image, accelerator, hasSandbox, trace} = making;
	const facts = await readInstance(cloudFolder, planned.id);
	if (facts && (await findProcess(facts.folder)) !== undefined) {
		await noteStarted(facts.folder); // Its maker died between the start and the note.
		return;
	}

	const record = facts?.record ?? (await newRecord(making, planned));
	const folder = facts?.folder ?? (await createInstanceFolder(cloudFolder, record));
	trace('folder made', record.id);
	const seed = buildSeed({
		instanceId: record.id,
		hostName: hostNameOf(record.privateAddress),
		publicKey: request.owner.publicKey,
		privateMac: privateMac(record.privateAddress),
		privateAddress: record.privateAddress,
		privateRoute: outwardAddresses,
		userData: request.userData,
	});
	const machine = {
		record,
		image,
		imageFolder: localImageFolder(cloudFolder, image.id),
		multicast: record.network === 'switch' ? undefined : multicastGroup(request.owner),
		accelerator,
		hasSandbox,
	};
	await startInstance(folder, machine, seed, trace);
}

function newRecord(
	{request, type, clock, network}: Making,
	planned: {id: string; privateAddress: string},
): Promise<InstanceRecord> {
	return withFreePort({
		id: planned.id,
		imageId: request.imageId,
		instanceType: type.name,
		vcpus: type.vcpus,
		memoryMib: type.memoryMib,
		clientToken: request.clientToken,
		tags: {
			[tagNames.installation]: request.owner.installation,
			[tagNames.deployment]: request.owner.launchKey,
			[tagNames.role]: request.role,
		},
		launchedAt: clock.now().toISOString(),
		privateAddress: planned.privateAddress,
		sshPort: 0,
		...(network && {network}),
	});
}

/** Ends and removes everything of a reservation; its record last, so that a crash meanwhile leaves something to find. */
export async function takeBack(cloudFolder: string, reservation: Reservation): Promise<void> {
	await Promise.all(
		reservation.instances.map(async ({id}) => {
			const folder = instanceFolder(cloudFolder, id);
			if (!(await endQemu(folder))) {
				throw new Error(`The QEMU process in ${folder} cannot be ended.`);
			}

			await removeFolder(folder);
		}),
	);
	await forgetReservation(cloudFolder, reservation.clientToken);
}

/** The instances of a reservation as they are now. */
export async function describeReservation(
	cloudFolder: string,
	reservation: Reservation,
	clock: Clock,
): Promise<readonly Instance[]> {
	const facts = await Promise.all(reservation.instances.map(({id}) => readInstance(cloudFolder, id)));
	return Promise.all(
		facts.filter((one): one is InstanceFacts => one !== undefined).map(one => describeInstance(one, clock)),
	);
}
