import type {Ec2World} from './ec2-world.js';
import type {Machines} from './machines.js';
import {ServiceError} from './service-error.js';

/** How the account's region behaves; tests change it while it runs. Times are of the world's clock. */
export type InstanceRules = {
	now: () => number;
	/** How long what is new is not seen by any question: eventual consistency. */
	unseenMs: number;
	pendingMs: number;
	shuttingDownMs: number;
	stoppingMs: number;
	/** However many are asked for. */
	mostPerPage: number;
	/** How long terminated instances are still described. */
	rememberMs: number;
	zones: readonly string[];
	types: readonly WorldInstanceType[];
	/** How many vCPUs may run at once. */
	mostVcpus: number;
	/** How many vCPUs may run at once on spot instances. */
	mostSpotVcpus: number;
	/** How many more instances a zone has room for; without an entry: as many as are wanted. */
	room: Map<string, number>;
	/** The same, of spot instances. */
	spotRoom: Map<string, number>;
	/** Why an instance ends while it is pending, in Amazon's words; asked once for each, by number from 1. */
	diesPending: (number: number) => string | undefined;
};

export type WorldInstanceType = {
	readonly name: string;
	readonly vcpus: number;
	readonly memoryMib: number;
	readonly hourlyUsd: number;
	/** As a spot instance, by zone in their order; the last holds for the others too. Left out: there are none. */
	readonly spotUsd?: readonly number[];
	readonly architectures: readonly string[];
	readonly bootModes: readonly string[];
	/** Left out: not told. */
	readonly rootDevices?: readonly string[];
	readonly virtualizations?: readonly string[];
	readonly usageClasses?: readonly string[];
	readonly ena?: 'required' | 'supported' | 'unsupported';
	/** Zones that have no such type. */
	readonly notIn?: readonly string[];
};

/** What runs, or ran, and what it needs. */
export type InstanceWorld = {
	readonly rules: InstanceRules;
	readonly machines: Machines;
	readonly instances: Map<string, WorldInstance>;
	readonly groups: Map<string, WorldGroup>;
	/** By name. */
	readonly keyPairs: Map<string, WorldKeyPair>;
	/** Zones asked for and client tokens, with the parameters they stand for, and what came of them. */
	readonly tokens: Map<string, {readonly parameters: string; readonly reservationId?: string}>;
	/** Volumes that outlive their instances, since nobody said otherwise. */
	readonly volumes: Map<string, WorldVolume>;
	/** Elastic IP addresses, by allocation id. */
	readonly addresses: Map<string, WorldAddress>;
};

export type WorldVolume = {
	readonly id: string;
	readonly instanceId: string;
	readonly gib: number;
	readonly madeAt: number;
	readonly tags: ReadonlyMap<string, string>;
};

export type WorldAddress = {
	readonly id: string;
	readonly ip: string;
	readonly instanceId: string | undefined;
	readonly tags: ReadonlyMap<string, string>;
};

export type WorldInstance = {
	readonly id: string;
	readonly number: number;
	readonly reservationId: string;
	readonly clientToken: string;
	readonly imageId: string;
	readonly type: WorldInstanceType;
	readonly zone: string;
	/** What an hour of it costs as a spot instance; undefined for others. */
	readonly spotUsd: number | undefined;
	readonly keyName: string | undefined;
	readonly groupIds: readonly string[];
	readonly launchedAt: number;
	/** When it was switched on for the last time: at its launch, or started again. */
	startedAt: number;
	readonly launchIndex: number;
	readonly httpTokens: string;
	readonly shutdownBehavior: string;
	readonly deleteOnTermination: boolean;
	readonly tags: Map<string, string>;
	readonly volumeTags: ReadonlyMap<string, string>;
	readonly volumeGib: number;
	/** What its machine is switched on with. */
	readonly boot: Parameters<Machines['start']>[1];
	/** Known when the machine has been switched on. */
	address: string | undefined;
	/** Why and when it was stopped, while it is. */
	stop: {readonly at: number; readonly code: string; readonly message: string} | undefined;
	/** Nobody may end it by a request (DisableApiTermination). */
	isProtected?: boolean;
	/** When it ran, up to its stops. */
	readonly ran: Array<{readonly from: number; readonly until: number}>;
	/** Why and when it was ended, by whomever. */
	end: {readonly at: number; readonly code: string; readonly message: string} | undefined;
};

export type WorldGroup = {
	readonly id: string;
	readonly name: string;
	readonly description: string;
	readonly isDefault: boolean;
	readonly madeAt: number;
	readonly tags: Map<string, string>;
	/** `tcp 22-22 192.0.2.1/32`, `-1 sg-...` */
	readonly ingress: WorldPermission[];
};

export type WorldPermission = {
	readonly protocol: string;
	readonly fromPort: string | undefined;
	readonly toPort: string | undefined;
	readonly cidr: string | undefined;
	readonly groupId: string | undefined;
};

export type WorldKeyPair = {
	readonly id: string;
	readonly name: string;
	readonly publicKey: string;
	readonly madeAt: number;
	readonly tags: Map<string, string>;
};

const x86 = {architectures: ['x86_64'], bootModes: ['legacy-bios', 'uefi'], ena: 'required'} as const;

/** One of the last that start what is paravirtual. */
export const oldType: WorldInstanceType = {
	name: 'm3.medium',
	vcpus: 1,
	memoryMib: 3840,
	hourlyUsd: 0.067,
	architectures: ['i386', 'x86_64'],
	bootModes: ['legacy-bios'],
	virtualizations: ['hvm', 'paravirtual'],
	ena: 'unsupported',
};

export const usualRules = (): InstanceRules => ({
	now: Date.now,
	unseenMs: 0,
	pendingMs: 20,
	shuttingDownMs: 20,
	stoppingMs: 20,
	rememberMs: 3_600_000,
	mostPerPage: 1000,
	zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
	types: [
		{name: 't3.micro', vcpus: 2, memoryMib: 1024, hourlyUsd: 0.0104, spotUsd: [0.0031, 0.0035, 0.0033], ...x86},
		{name: 'm5.large', vcpus: 2, memoryMib: 8192, hourlyUsd: 0.096, spotUsd: [0.034, 0.041, 0.0385], ...x86},
		{name: 'c5.xlarge', vcpus: 4, memoryMib: 8192, hourlyUsd: 0.17, ...x86, notIn: ['us-east-1a']},
		{name: 'm7g.large', vcpus: 2, memoryMib: 8192, hourlyUsd: 0.0816, architectures: ['arm64'], bootModes: ['uefi']},
	],
	mostVcpus: 64,
	mostSpotVcpus: 32,
	room: new Map(),
	spotRoom: new Map(),
	diesPending: () => undefined,
});

export const defaultGroupId = 'sg-00000000000000001';

export function createInstanceWorld(rules: InstanceRules, machines: Machines): InstanceWorld {
	const group: WorldGroup = {
		id: defaultGroupId,
		name: 'default',
		description: 'default VPC security group',
		isDefault: true,
		madeAt: Number.NEGATIVE_INFINITY,
		tags: new Map(),
		ingress: [],
	};
	return {
		rules,
		machines,
		instances: new Map(),
		groups: new Map([[group.id, group]]),
		keyPairs: new Map(),
		tokens: new Map(),
		volumes: new Map(),
		addresses: new Map(),
	};
}

export type WorldState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';

/** What an instance is now: by the clock, and by whether its machine lives. */
export function stateOf(world: InstanceWorld, instance: WorldInstance): WorldState {
	const {rules, machines} = world;
	const now = rules.now();
	const isRunning = !instance.stop && now >= instance.startedAt + rules.pendingMs && instance.address !== undefined;
	if (!instance.end && isRunning && !machines.isUp(instance.id)) {
		const end = instance.shutdownBehavior === 'stop' ? stopInstance : endInstance;
		end(world, instance, 'Client.InstanceInitiatedShutdown', 'Instance initiated shutdown');
	}

	if (instance.end) {
		return now < instance.end.at + rules.shuttingDownMs ? 'shutting-down' : 'terminated';
	}

	if (instance.stop) {
		return now < instance.stop.at + rules.stoppingMs ? 'stopping' : 'stopped';
	}

	return isRunning ? 'running' : 'pending';
}

/** What runs on it ends, and what is on its disk stays. */
export function stopInstance(world: InstanceWorld, instance: WorldInstance, code: string, message: string): void {
	const {rules, machines} = world;
	const at = rules.now();
	instance.stop = {at, code, message: `${code}: ${message}`};
	instance.ran.push({from: instance.startedAt + rules.pendingMs, until: at});
	instance.address = undefined;
	machines.end(instance.id);
}

export function endInstance(world: InstanceWorld, instance: WorldInstance, code: string, message: string): void {
	if (!instance.end) {
		instance.end = {at: world.rules.now(), code, message: `${code}: ${message}`};
		world.machines.end(instance.id);
		if (!instance.deleteOnTermination) {
			const volume = volumeOf(instance);
			world.volumes.set(volume.id, volume);
		}
	}
}

/** Its one disk. */
export const volumeOf = ({id, volumeGib, launchedAt, volumeTags}: WorldInstance): WorldVolume => ({
	id: id.replace(/^i-/, 'vol-'),
	instanceId: id,
	gib: volumeGib,
	madeAt: launchedAt,
	tags: volumeTags,
});

/** As Amazon does when it wants a spot instance back. */
export function interruptSpot(world: InstanceWorld, instance: WorldInstance): void {
	if (instance.spotUsd === undefined) {
		throw new Error(`${instance.id} is no spot instance.`);
	}

	endInstance(world, instance, 'Server.SpotInstanceTermination', 'Spot instance termination');
}

/** What an hour of a type costs in a zone as a spot instance. */
export const spotUsdIn = ({zones}: InstanceRules, {spotUsd}: WorldInstanceType, zone: string): number | undefined =>
	spotUsd?.[zones.indexOf(zone)] ?? spotUsd?.at(-1);

export const isSeen = ({rules}: InstanceWorld, madeAt: number): boolean => rules.now() >= madeAt + rules.unseenMs;

export const isRemembered = ({rules}: InstanceWorld, {end}: WorldInstance): boolean =>
	!end || rules.now() < end.at + rules.shuttingDownMs + rules.rememberMs;

export const refuse = (code: string, message: string, status = 400) => new ServiceError(status, code, message);

export function newWorldId(world: Ec2World, kind: 'i' | 'r' | 'sg' | 'key'): string {
	return `${kind}-${(world.nextId++).toString(16).padStart(17, '0')}`;
}
