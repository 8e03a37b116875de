import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import type {Clock} from '../../host/clock.js';
import {hasOpen} from '../../host/file-identity.js';
import {isFileRefusal} from '../../host/file-reason.js';
import {removeFolder} from '../../host/remove-folder.js';
import {systemClock} from '../../host/system-clock.js';
import {withLock} from '../../host/with-lock.js';
import {type Cloud, type Instance, type InstanceFilter, type ReserveRequest, tagNames} from '../cloud.js';
import {ImageInUseError} from '../image-in-use-error.js';
import {UnknownImageError} from '../unknown-image-error.js';
import {findAccelerator} from './accelerator.js';
import {checkFit, roomLeft, type Wanted} from './capacity.js';
import {checkImage} from './check-image.js';
import {readConsole} from './console-log.js';
import {describeInstance, settle} from './describe-instance.js';
import {endQemu} from './end-qemu.js';
import {findProcess, isDiskInUse, residentMib} from './find-process.js';
import {forgetOld, isRemembered} from './forget-old.js';
import {readHostFigures} from './host-figures.js';
import {ImageChangedError} from './image-changed-error.js';
import {
	type InstanceFacts,
	instanceFolder,
	instanceIdPattern,
	listInstanceIds,
	readInstance,
	writeTerminating,
} from './instance-record.js';
import {reasons} from './instance-state.js';
import {findType, type LocalType, localTypes} from './instance-types.js';
import {listMachineImages} from './list-machine-images.js';
import {
	imageIdPattern,
	type LocalImage,
	listLocalImages,
	localImageFolder,
	readLocalImage,
	type VdiStamp,
} from './local-image.js';
import {freeAddresses} from './network.js';
import {mustHaveComeFirst, readOtherGuests, startOf, whoseWords} from './other-guests.js';
import {mustJoinPrivately, readQemuBuild} from './qemu-build.js';
import {readRunning} from './read-running.js';
import {findReservation, listReservations, newReservation, type Reservation, writeReservation} from './reservation.js';
import {describeReservation, findMissing, makeInstances, takeBack} from './reserve-instances.js';
import type {Trace} from './start-instance.js';

export type LocalCloudOptions = {
	/** Where its images and instances lie, e.g. `<home>/local`. Made when it is not there. */
	readonly folder: string;
	readonly name?: string;
	/** Instance types beside the built-in ones. */
	readonly extraTypes?: readonly LocalType[];
	/** Virtual CPUs given out for each core. */
	readonly cpuOvercommit?: number;
	readonly clock?: Clock;
	readonly trace?: Trace;
};

/**
A cloud on this machine: every instance is a QEMU process with a folder of its own. All of its state is in that folder and
in what really runs, so any number of processes may use it at once, and instances outlive them all.
*/
export function createLocalCloud({
	folder,
	name = 'local',
	extraTypes = [],
	cpuOvercommit = 4,
	clock = systemClock,
	trace = () => undefined,
}: LocalCloudOptions): Cloud {
	const types = localTypes(extraTypes);

	const exclusively = async <Result>(work: () => Promise<Result>): Promise<Result> => {
		await mkdir(join(folder, 'instances'), {recursive: true, mode: 0o700});
		return withLock(join(folder, 'lock'), work);
	};

	const allFacts = async (ids?: readonly string[]): Promise<readonly InstanceFacts[]> => {
		const facts = await Promise.all((ids ?? (await listInstanceIds(folder))).map(id => readInstance(folder, id)));
		return facts.filter(one => one !== undefined);
	};

	/** What runs on this machine beside some instances of ours. */
	const look = async (besides: readonly string[]) => {
		const rest = (await allFacts()).filter(({record}) => !besides.includes(record.id));
		const running = await readRunning(rest);
		const mine = await Promise.all(besides.map(async id => findProcess(instanceFolder(folder, id))));
		const pids = [...mine, ...running.map(({pid}) => pid)].filter(pid => pid !== undefined);
		return {running, others: await readOtherGuests(new Set(pids)), mine: mine.filter(pid => pid !== undefined)};
	};

	/** @returns The processes of other guests that were there. */
	const ensureFit = async (
		wanted: readonly Wanted[],
		besides: readonly string[] = [],
	): Promise<ReadonlySet<number>> => {
		await mkdir(folder, {recursive: true, mode: 0o700});
		const {running, others} = await look(besides);
		const room = roomLeft(await readHostFigures(folder, cpuOvercommit), [...running, ...others]);
		checkFit(wanted, room, await whoseWords(others));
		return new Set(others.map(({pid}) => pid));
	};

	/** @throws {CapacityError} When another user was faster; nothing of the reservation is left then. */
	const giveWay = async (reservation: Reservation, wanted: readonly Wanted[], seen: ReadonlySet<number>) => {
		const {running, others, mine} = await look(reservation.instances.map(({id}) => id));
		const ours = await Promise.all(
			mine.map(async pid => ({pid, startedAt: await startOf(pid), residentMib: await residentMib(pid)})),
		).catch(() => []); // One has ended already, which is told elsewhere.
		try {
			mustHaveComeFirst(wanted, await readHostFigures(folder, cpuOvercommit), {ours, running, others, seen});
		} catch (error) {
			await takeBack(folder, reservation);
			throw error;
		}
	};

	const imageToStart = async (imageId: string) => {
		const image = await readLocalImage(folder, imageId);
		if (!image) {
			const {images} = await listLocalImages(folder);
			throw new UnknownImageError(
				imageId,
				name,
				images.map(known => known.id),
			);
		}

		return {image, seen: await checkImage(folder, image)};
	};

	const reserve = async (request: ReserveRequest): Promise<readonly Instance[]> => {
		const type = findType(types, request.instanceType, name);
		const earlier = await findReservation(folder, request);
		const missing = earlier ? await findMissing(folder, earlier) : undefined;
		if (earlier && missing?.length === 0) {
			return describeReservation(folder, earlier, clock);
		}

		const {image, seen} = await imageToStart(request.imageId);
		const wanted = [{type, count: missing?.length ?? request.count}];
		const guests = await ensureFit(
			wanted,
			missing?.map(({id}) => id),
		);
		const {accelerator} = await findAccelerator(folder);
		const {version, hasSandbox} = await readQemuBuild();
		const network = (await areJoinedByMulticast(request)) ? undefined : ('switch' as const);
		if (network) {
			mustJoinPrivately(version);
		}

		const reservation =
			earlier ?? newReservation(request, await addressesFor(request.count), clock.now().toISOString());
		if (!earlier) {
			await writeReservation(folder, reservation);
			trace('reservation noted');
		}

		const making = {cloudFolder: folder, request, type, image, accelerator, hasSandbox, clock, trace, network};
		await makeInstances(making, reservation, missing ?? reservation.instances);
		await mustRunFrom(image, seen, missing ?? reservation.instances);
		await (earlier ? undefined : giveWay(reservation, wanted, guests));
		return describeReservation(folder, reservation, clock);
	};

	/** Whether instances that an earlier version made still run for this owner. */
	const areJoinedByMulticast = async ({owner}: ReserveRequest): Promise<boolean> =>
		(await allFacts()).some(
			({record, ended}) =>
				!ended &&
				record.network === undefined &&
				record.tags[tagNames.installation] === owner.installation &&
				record.tags[tagNames.deployment] === owner.launchKey,
		);

	/** Between our look and QEMU's, somebody may have put another file in the place of the VDI: what QEMU has open counts. */
	const mustRunFrom = async (
		{id, vdi}: LocalImage,
		{identity}: VdiStamp,
		made: ReadonlyArray<{readonly id: string}>,
	): Promise<void> => {
		const folders = made.map(one => instanceFolder(folder, one.id));
		const running = await Promise.all(folders.map(async one => hasOpen(await findProcess(one), identity)));
		if (running.includes(false)) {
			await Promise.all(folders.map(endQemu));
			throw new ImageChangedError(id, vdi.file, 'changed', {how: 'another file took its place while it was started'});
		}
	};

	const addressesFor = async (count: number): Promise<readonly string[]> => {
		const taken = (await listReservations(folder)).flatMap(({instances}) => instances.map(one => one.privateAddress));
		return freeAddresses(new Set(taken), count);
	};

	/** Says of each that its end was asked for, before anything is done about it. */
	const markTerminating = async (ids: readonly string[]): Promise<readonly InstanceFacts[]> =>
		exclusively(async () => {
			const living = (await allFacts(ids)).filter(({ended}) => !ended);
			for (const {folder: instance, terminating} of living) {
				if (!terminating) {
					// A full disk keeps nobody from ending an instance, which makes room.
					await writeTerminating(instance, {askedAt: clock.now().toISOString()}).catch(unlessRefused);
				}
			}

			return living;
		});

	return {
		name,
		instanceTypes: async () => types,
		images: async () => listMachineImages(folder),

		async deregisterImage(imageId) {
			if (!imageIdPattern.test(imageId)) {
				return;
			}

			await exclusively(async () => {
				const users = (await allFacts()).filter(({record, ended}) => record.imageId === imageId && !ended);
				const now = await Promise.all(users.map(one => describeInstance(one, clock)));
				const living = now.filter(({state}) => state !== 'terminated').map(({id}) => id);
				if (living.length > 0) {
					throw new ImageInUseError(imageId, living);
				}

				await removeFolder(localImageFolder(folder, imageId));
			});
		},

		async checkCapacity(requests) {
			await ensureFit(requests.map(({instanceType, count}) => ({type: findType(types, instanceType, name), count})));
		},

		async prepare() {
			// The private network needs no making. The accelerator is found out now, so that no instance waits for it.
			await exclusively(() => findAccelerator(folder));
		},

		async cleanUp() {
			// Nothing of an owner is left once its instances are gone.
		},

		reserve: request =>
			exclusively(async () => {
				await forgetOld(folder, clock);
				return reserve(request);
			}),

		async describe(filter) {
			const facts = await allFacts('ids' in filter ? filter.ids : undefined);
			const chosen = facts.filter(one => matches(one, filter) && isRemembered(one, clock));
			return Promise.all(chosen.map(one => describeInstance(one, clock)));
		},

		async terminate(instanceIds) {
			const living = await markTerminating([...new Set(instanceIds)]);
			await Promise.all(
				living.map(async facts => {
					if ((await endQemu(facts.folder)) && !(await isDiskInUse(facts.folder))) {
						await settle(facts, reasons.asked, clock).catch(unlessRefused);
					}
				}),
			);
		},

		consoleOutput: async instanceId =>
			instanceIdPattern.test(instanceId) ? readConsole(instanceFolder(folder, instanceId)) : '',
	};
}

function unlessRefused(error: unknown): void {
	if (!isFileRefusal(error)) {
		throw error;
	}
}

const matches = ({record}: InstanceFacts, filter: InstanceFilter): boolean =>
	'ids' in filter || Object.entries(filter.tags).every(([tag, value]) => record.tags[tag] === value);
