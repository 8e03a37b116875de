import {createHash, randomBytes} from 'node:crypto';
import {appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {CapacityError} from '../../source/engine/cloud/capacity-error.js';
import {
	type CapacityRequest,
	type Cloud,
	type Instance,
	type InstanceType,
	type MachineImage,
	type Owner,
	type ReserveRequest,
	tagNames,
} from '../../source/engine/cloud/cloud.js';
import {IdempotentParameterMismatchError} from '../../source/engine/cloud/idempotent-parameter-mismatch-error.js';
import {UnknownImageError} from '../../source/engine/cloud/unknown-image-error.js';
import {UnknownInstanceTypeError} from '../../source/engine/cloud/unknown-instance-type-error.js';
import {foreignAmis, guestUserOf} from './guest-users.js';
import {readJson, takeNumber, writeOnce, writeWhole} from './sshd-cloud-folder.js';
import {
	checkNamespaces,
	endInstance,
	initPid,
	keeperPid,
	killInstance,
	preventBirth,
	signalInstance,
	startInstance,
} from './sshd-instance.js';
import {portOf, takeAddress} from './take-address.js';

export type SshdCloudOptions = {
	/** Everything the cloud knows is here; another object on the same folder, in any process, is the same cloud. */
	readonly folder: string;
	readonly name?: string;
	/** How many instances may live at once. Default: 50. */
	readonly mostInstances?: number;
	readonly types?: readonly InstanceType[];
	/** Disk of each instance (it is in memory), as tmpfs takes it. Default: 256m. */
	readonly diskSize?: string;
	/** How long terminated instances are still described. Default: one hour. */
	readonly forgetAfterMs?: number;
};

/** What goes wrong, by numbers from 1 in order of start. Kept in the folder, so that it also holds for other processes. */
export type Failures = {
	/** Reservations (with a new token) that are refused for lack of capacity. */
	readonly refusedReservations?: readonly number[];
	/** Instances that go from pending to terminated, as EC2 does when it finds out late that it has no room. */
	readonly diesAtStart?: readonly number[];
	/** Instances that run but whose sshd never comes. */
	readonly withoutSshd?: readonly number[];
	readonly bootDelaySeconds?: number;
};

export type SshdCloud = Cloud & {
	setFailures(failures: Failures): void;
	/** Ids of the instances that have live processes: what costs money. */
	liveInstances(): readonly string[];
	/** Every effect there was, in order: what a bill would show. */
	effects(): ReadonlyArray<{readonly what: 'prepare' | 'reserve' | 'terminate' | 'cleanUp'; readonly id: string}>;
	/** The plug is pulled: the instance is terminated and nobody asked for it. */
	vanish(instanceId: string): void;
	/** The instance answers nothing any more, though its address accepts connections. */
	freeze(instanceId: string): void;
	thaw(instanceId: string): void;
	appendConsole(instanceId: string, text: string): void;
	/** Path of a file of the instance as this process can read it (as root only). */
	insidePath(instanceId: string, path: string): string;
	/** Ends everything and waits for it. */
	destroy(): Promise<void>;
};

const defaultTypes: readonly InstanceType[] = [
	{name: 'test.small', vcpus: 1, memoryMib: 512, hourlyUsd: 0.01},
	{name: 'test.large', vcpus: 2, memoryMib: 1024, hourlyUsd: 0.02},
];

const defaultImage: MachineImage = {
	id: 'ami-00000001',
	name: 'worker',
	state: 'available',
	virtualBytes: 1024 ** 3,
	createdAt: '2026-11-01T00:00:00.000Z',
	tags: {},
};

const findForeign = (imageId: string): MachineImage | undefined =>
	Object.values(foreignAmis).find(({id}) => id === imageId);

type Machine = {readonly id: string; readonly number: number; readonly address: string};
type Reservation = {
	readonly request: ReserveRequest;
	readonly launchedAt: string;
	readonly machines: readonly Machine[];
};

/**
A cloud whose instances are real OpenSSH servers on this machine: each in its own namespaces with a private file system, on its
own 127.x address, started in some 50 ms. As strict as EC2 about tokens, owners and terminated instances.
*/
export function createSshdCloud({
	folder,
	name = 'sshd',
	mostInstances = 50,
	types = defaultTypes,
	diskSize = '256m',
	forgetAfterMs = 3_600_000,
}: SshdCloudOptions): SshdCloud {
	for (const part of ['', 'owners', 'reservations', 'instances', 'numbers', 'images']) {
		mkdirSync(join(folder, part), {recursive: true, mode: 0o700});
	}

	let namespacesChecked = false;
	const instanceFolder = (id: string) => join(folder, 'instances', id);
	const ownerFile = ({installation, launchKey}: Owner) =>
		join(folder, 'owners', encodeURIComponent(`${installation} ${launchKey}`));
	const readFailures = (): Failures => readJson<Failures>(join(folder, 'failures.json')) ?? {};
	const record = (what: string, id: string) =>
		appendFileSync(join(folder, 'effects.jsonl'), `${JSON.stringify({what, id})}\n`);

	const reservations = (): readonly Reservation[] =>
		readdirSync(join(folder, 'reservations'))
			.filter(file => !file.endsWith('.new'))
			.flatMap(file => readJson<Reservation>(join(folder, 'reservations', file)) ?? []);

	const isLive = (id: string): boolean => {
		const live = keeperPid(instanceFolder(id)) !== undefined;
		if (existsSync(join(instanceFolder(id), 'terminated'))) {
			// Its terminator may have died before it did this, or have come while it was just being born.
			preventBirth(instanceFolder(id));
			killInstance(instanceFolder(id));
		}

		return live;
	};

	const describeMachine = ({request, launchedAt}: Reservation, {id, number, address}: Machine): Instance => {
		// In this order: one that is born, or is ended, between two looks has not stopped by itself.
		const begun = existsSync(join(instanceFolder(id), 'init.pid'));
		const alive = isLive(id);
		const ended = readJson<{at: number; reason: string}>(join(instanceFolder(id), 'terminated'));
		const isOld = Date.now() - Date.parse(launchedAt) > 200;
		const lateRefusal =
			isOld && readFailures().diesAtStart?.includes(number)
				? 'Server.InsufficientInstanceCapacity: Insufficient capacity to satisfy the instance request'
				: undefined;
		const reason =
			ended?.reason ?? lateRefusal ?? (begun && !alive ? 'Server.InternalError: it stopped by itself' : '');
		const ending = ended && (alive || !begun); // One that is not begun may be about to be born.
		const state = ending ? 'shutting-down' : alive ? 'running' : reason ? 'terminated' : 'pending';
		return {
			id,
			state,
			...(reason && {stateReason: reason}),
			imageId: request.imageId,
			instanceType: request.instanceType,
			clientToken: request.clientToken,
			tags: {
				[tagNames.installation]: request.owner.installation,
				[tagNames.deployment]: request.owner.launchKey,
				[tagNames.role]: request.role,
			},
			launchedAt,
			...(state === 'running' && {privateAddress: address, ssh: {host: address, port: portOf(folder)}}),
		};
	};

	const describeAll = (): readonly Instance[] =>
		reservations()
			.flatMap(reservation => reservation.machines.map(machine => describeMachine(reservation, machine)))
			.filter(({id}) => {
				const at = readJson<{at: number}>(join(instanceFolder(id), 'terminated'))?.at;
				return at === undefined || Date.now() - at < forgetAfterMs;
			});

	/** Also what another process reserved and did not live to start: a cloud goes on by itself. */
	const startAll = (): void => {
		const {diesAtStart = [], withoutSshd = [], bootDelaySeconds} = readFailures();
		for (const {request, machines} of reservations()) {
			for (const {id, number, address} of machines.filter(machine => !diesAtStart.includes(machine.number))) {
				startInstance(instanceFolder(id), {
					address,
					port: portOf(folder),
					publicKey: request.owner.publicKey,
					userData: request.userData,
					diskSize,
					user: guestUserOf(request.imageId),
					withSshd: !withoutSshd.includes(number),
					...(bootDelaySeconds !== undefined && {bootDelaySeconds}),
				});
			}
		}
	};

	const checkCapacity = (requests: readonly CapacityRequest[]): void => {
		const unknown = requests.find(({instanceType}) => !types.some(type => type.name === instanceType));
		if (unknown) {
			throw new UnknownInstanceTypeError(
				unknown.instanceType,
				name,
				types.map(type => type.name),
			);
		}

		const used = describeAll().filter(({state}) => state !== 'terminated').length;
		const wanted = requests.reduce((sum, {count}) => sum + count, 0);
		if (used + wanted > mostInstances) {
			throw new CapacityError(
				`The cloud ${name} has room for ${mostInstances} instances, ${used} are in use and ${wanted} more were asked for.`,
			);
		}
	};

	const liveInstances = () => readdirSync(join(folder, 'instances')).filter(id => isLive(id));
	const images = () => [defaultImage].filter(({id}) => !existsSync(join(folder, 'images', `${id}.gone`)));

	return {
		name,
		instanceTypes: async () => types,
		images: async () => images(),
		findImage: async imageId => findForeign(imageId) ?? images().find(({id}) => id === imageId),
		async deregisterImage(imageId) {
			writeFileSync(join(folder, 'images', `${imageId}.gone`), '');
		},
		checkCapacity: async requests => checkCapacity(requests),
		async prepare(owner) {
			if (!existsSync(ownerFile(owner))) {
				writeWhole(ownerFile(owner), JSON.stringify(owner));
				record('prepare', owner.launchKey);
			}
		},
		async reserve(request) {
			if (!namespacesChecked) {
				checkNamespaces();
				namespacesChecked = true;
			}

			if (!/^[ -~]{1,64}$/.test(request.clientToken)) {
				throw new Error(
					`InvalidParameterValue: the client token ${request.clientToken} is not 1 to 64 ASCII characters.`,
				);
			}

			const file = join(folder, 'reservations', createHash('sha256').update(request.clientToken).digest('hex'));
			let reservation = readJson<Reservation>(file);
			if (!reservation) {
				if (!existsSync(ownerFile(request.owner))) {
					throw new Error(`InvalidKeyPair.NotFound: ${request.owner.launchKey} was not prepared.`);
				}

				if (!images().some(({id}) => id === request.imageId) && !findForeign(request.imageId)) {
					throw new UnknownImageError(
						request.imageId,
						name,
						images().map(({id}) => id),
					);
				}

				checkCapacity([request]);
				const refused = readFailures().refusedReservations;
				if (refused?.includes(takeNumber(folder, 'reservation'))) {
					throw new CapacityError(
						`The cloud ${name} has no capacity for ${request.count} x ${request.instanceType} now.`,
					);
				}

				const machines: Machine[] = [];
				while (machines.length < request.count) {
					machines.push({id: `i-${randomBytes(8).toString('hex').padStart(17, '0')}`, ...(await takeAddress(folder))});
				}

				// Whoever links first has reserved; another process with the same token gets these instances.
				const first = writeOnce(file, JSON.stringify({request, launchedAt: new Date().toISOString(), machines}));
				reservation = readJson<Reservation>(file);
				if (first) {
					record('reserve', machines.map(({id}) => id).join(' '));
				}
			}

			if (!reservation || JSON.stringify(reservation.request) !== JSON.stringify(request)) {
				throw new IdempotentParameterMismatchError(request.clientToken);
			}

			startAll();
			const ids = reservation.machines.map(({id}) => id);
			return describeAll().filter(({id}) => ids.includes(id));
		},
		async describe(filter) {
			startAll();
			return describeAll().filter(({id, tags}) =>
				'ids' in filter
					? filter.ids.includes(id)
					: Object.entries(filter.tags).every(([tag, value]) => tags[tag] === value),
			);
		},
		async terminate(instanceIds) {
			const known = reservations().flatMap(({machines}) => machines.map(({id}) => id));
			for (const id of instanceIds.filter(candidate => known.includes(candidate))) {
				if (endInstance(instanceFolder(id), 'Client.UserInitiatedShutdown: User initiated shutdown')) {
					record('terminate', id);
				}
			}
		},
		async cleanUp(owner) {
			const live = describeAll().find(
				({state, tags}) => state !== 'terminated' && tags[tagNames.deployment] === owner.launchKey,
			);
			if (live) {
				throw new Error(`DependencyViolation: ${owner.launchKey} still has the instance ${live.id}.`);
			}

			if (existsSync(ownerFile(owner))) {
				rmSync(ownerFile(owner));
				record('cleanUp', owner.launchKey);
			}
		},
		async consoleOutput(instanceId) {
			try {
				return readFileSync(join(instanceFolder(instanceId), 'console.log'), 'utf8')
					.replace(/[^\P{Cc}\n\t]/gu, '')
					.slice(-64 * 1024);
			} catch {
				return '';
			}
		},
		setFailures: failures => writeWhole(join(folder, 'failures.json'), JSON.stringify(failures)),
		liveInstances,
		effects: () =>
			existsSync(join(folder, 'effects.jsonl'))
				? readFileSync(join(folder, 'effects.jsonl'), 'utf8')
						.split('\n')
						.filter(line => line !== '')
						.map(line => JSON.parse(line))
				: [],
		vanish: id => killInstance(instanceFolder(id)),
		freeze: id => signalInstance(instanceFolder(id), 'SIGSTOP'),
		thaw: id => signalInstance(instanceFolder(id), 'SIGCONT'),
		appendConsole: (id, text) => appendFileSync(join(instanceFolder(id), 'console.log'), text),
		insidePath: (id, path) => join(`/proc/${initPid(instanceFolder(id))}/root`, path),
		async destroy() {
			const end = () => {
				for (const id of readdirSync(join(folder, 'instances'))) {
					endInstance(instanceFolder(id), 'the test is over');
				}
			};
			for (end(); liveInstances().length > 0; end()) {
				await sleep(5);
			}
		},
	};
}
