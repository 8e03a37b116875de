import type {CloudTraits} from './cloud-traits.js';
import type {Staging} from './staging.js';

/** What a cloud is to D2CM. Adapters: `local` (QEMU on this machine), later `ec2`. One contract suite runs against each. */
export interface Cloud {
	/** As the user named it. */
	readonly name: string;

	/** How long `describe` may not show what is new; left out where it shows it at once. */
	readonly unseenMs?: number;

	/** What `prepare` takes; left out: ed25519. */
	readonly keyTypes?: CloudTraits['keyTypes'];

	/** Where large inputs wait for the instances that fetch them. Left out where there is no object store, or no right to it. */
	readonly staging?: Staging;

	instanceTypes(): Promise<readonly InstanceType[]>;

	/** AMIs this installation may start. */
	images(): Promise<readonly MachineImage[]>;

	/** Any AMI by its id, whoever's it is. Left out where `images` shows all there are. */
	findImage?(imageId: string): Promise<MachineImage | undefined>;

	/** Takes an AMI away. Finding it gone is success. */
	deregisterImage(imageId: string): Promise<void>;

	/**
	Asks whether all of this would fit, before anything is reserved.

	@throws {CapacityError} With the figures, when it does not.
	*/
	checkCapacity(requests: readonly CapacityRequest[]): Promise<void>;

	/** Makes what the instances of one owner share: key pair, security group, network. May run again. */
	prepare(owner: Owner): Promise<void>;

	/**
	Starts `count` instances: all or none. The same client token gives the same instances again, also after a crash.

	@throws {CapacityError} When they do not fit.
	*/
	reserve(request: ReserveRequest): Promise<readonly Instance[]>;

	/** What there is now, terminated instances included for as long as the cloud remembers them. */
	describe(filter: InstanceFilter): Promise<readonly Instance[]>;

	/** Asks for the end of instances; `describe` tells when they are `terminated`. Finding them gone is success. */
	terminate(instanceIds: readonly string[]): Promise<void>;

	/**
	Starts instances again that have stopped, with what is on their disks; `describe` tells when they are `running`, and at which
	addresses. One that runs, or that cannot be started yet, stays as it is. Left out where a stopped instance is gone.

	@throws {CapacityError} When there is no room for them now.
	*/
	start?(instanceIds: readonly string[]): Promise<void>;

	/**
	Switches instances off so that `start` finds them as they are; `describe` tells when they are `stopped`. One that has stopped or
	is gone, or that cannot be stopped yet, stays as it is. There where `start` is.
	*/
	stop?(instanceIds: readonly string[]): Promise<void>;

	/** Whether `start` would be allowed, as far as a request without effect tells. Left out: not to be told. */
	mayStart?(): Promise<boolean>;

	/** Takes away what `prepare` made. Finding it gone is success. */
	cleanUp(owner: Owner): Promise<void>;

	/**
	What an installation may have here beside instances and AMIs. Each kind is asked for by itself, so that a question that is
	refused hides nothing of the others. Left out where nothing is left over.
	*/
	readonly ownedKinds?: readonly OwnedKind[];

	/** What spot instances of these types cost now; a type without a price is left out. Left out where there are no such instances. */
	spotPrices?(instanceTypes: readonly string[]): Promise<ReadonlyMap<string, SpotPrice>>;

	/** The last part of what the instance wrote to its serial console; empty when it has not written yet. */
	consoleOutput(instanceId: string): Promise<string>;
}

/** Who pays: every resource carries these as tags, so that any later process finds what it owns. */
export type Owner = {
	/** Identifies this installation (one D2CM_HOME). Tag `d2cm:installation`. */
	readonly installation: string;
	/** Launch key `<template>.<ID>`; also the name of the key pair. Tag `d2cm:deployment`. */
	readonly launchKey: string;
	/** OpenSSH public key line for the login user. */
	readonly publicKey: string;
};

export type SpotPrice = {
	/** In US dollars, where the region has several, the dearest. */
	readonly hourlyUsd: number;
	/** ISO 8601: when it was so. */
	readonly at: string;
};

/** One kind of things that stay when nobody takes them away. */
export type OwnedKind = {
	/** `volume` */
	readonly kind: string;
	find(installation: string): Promise<readonly OwnedThing[]>;
	/** Finding it gone is success. Left out: `cleanUp` of its launch key takes it away. @throws Where it is not the installation's. */
	remove?(thing: OwnedThing, installation: string): Promise<void>;
};

/** What is there beside instances. */
export type OwnedThing = {
	/** That of its `OwnedKind`. */
	readonly kind: string;
	readonly id: string;
	/** Of its deployment; empty where it is of none. */
	readonly launchKey: string;
	/** Id of its migration, where it is of one. */
	readonly migration?: string;
	/** In a few words: `8 GiB gp3, available` */
	readonly detail?: string;
	/** ISO 8601, where the cloud says. */
	readonly since?: string;
	/** US dollars per hour, where that is known. */
	readonly hourlyUsd?: number;
	/** The user wanted it to stay when he removed what it belonged to. */
	readonly isKept?: boolean;
};

export const tagNames = {
	installation: 'd2cm:installation',
	deployment: 'd2cm:deployment',
	role: 'd2cm:role',
} as const;

/** The states of Amazon EC2. */
export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';

export type Instance = {
	readonly id: string;
	readonly state: InstanceState;
	/** Why it is in this state, in the cloud's words; for an instance that died by itself. */
	readonly stateReason?: string;
	readonly imageId: string;
	readonly instanceType: string;
	readonly clientToken: string;
	readonly tags: Readonly<Record<string, string>>;
	/** ISO 8601. */
	readonly launchedAt: string;
	/** At the lower price, and ended by the cloud when it likes. */
	readonly spot?: boolean;
	/** The cloud has ended it, as it may with spot instances. */
	readonly interrupted?: boolean;
	/** ISO 8601: when it was stopped or terminated, where the cloud says so. */
	readonly endedAt?: string;
	/** IPv4 address the instances of one owner reach each other by. Known once running. */
	readonly privateAddress?: string;
	/** Where this machine reaches its sshd. Known once running. */
	readonly ssh?: {readonly host: string; readonly port: number};
};

export type InstanceType = {
	readonly name: string;
	readonly vcpus: number;
	readonly memoryMib: number;
	/** US dollars per hour; undefined when not known, which is never the same as 0. */
	readonly hourlyUsd: number | undefined;
	/** Where the price is from, where that is not the cloud itself: `Amazon's price list of 2026-11-22`. */
	readonly priceSource?: string;
	/** Left out: not known. */
	readonly supports?: TypeSupport;
};

/** What an instance type can start, each in the words of Amazon. Left out or empty: not known. */
export type TypeSupport = {
	/** `x86_64` */
	readonly architectures?: readonly string[];
	/** `legacy-bios`, `uefi` */
	readonly bootModes?: readonly string[];
	/** `hvm`, `paravirtual` */
	readonly virtualizations?: readonly string[];
	readonly rootDevices?: ReadonlyArray<NonNullable<MachineImage['rootDevice']>>;
	/** Whether it takes AMIs with enhanced networking (ENA), or no others. */
	readonly ena?: 'required' | 'supported' | 'unsupported';
	/** Whether there are spot instances of it. */
	readonly spot?: boolean;
};

/** Whether a text is the id of an AMI (of Eucalyptus: emi), and so no name of an image. */
export const isImageId = (text: string): boolean => /^[ae]mi-[0-9a-f]{8,17}$/.test(text);

/** An AMI. */
export type MachineImage = {
	readonly id: string;
	readonly name: string;
	readonly state: 'pending' | 'available' | 'failed';
	/** Account whose it is, where the cloud says. */
	readonly owner?: string;
	/** Of the disk, in bytes. */
	readonly virtualBytes: number;
	/** ISO 8601. */
	readonly createdAt: string;
	readonly tags: Readonly<Record<string, string>>;
	/** What runs on it, where that is not Linux at the price of Linux: `Red Hat Enterprise Linux`, `Windows`. */
	readonly platform?: string;
	/** `x86_64`. Left out, as of what follows: not known. */
	readonly architecture?: string;
	/** `legacy-bios`, `uefi`, `uefi-preferred` */
	readonly bootMode?: string;
	/** `hvm`, `paravirtual` */
	readonly virtualization?: string;
	/** Registered for enhanced networking (ENA). */
	readonly ena?: boolean;
	/** Only an instance with an EBS root device can be stopped. Left out: not known. */
	readonly rootDevice?: 'ebs' | 'instance-store';
	/** What the disks of one instance cost while it is stopped, in US dollars per hour. Left out: not known. */
	readonly keptUsd?: number;
};

export type CapacityRequest = {
	readonly instanceType: string;
	readonly count: number;
	/** Given, the cloud also looks whether it can be started on that type. */
	readonly imageId?: string;
	readonly spot?: boolean;
	readonly spotMaxUsd?: number;
};

export type ReserveRequest = {
	/** At most 64 ASCII characters; written down before the call. */
	readonly clientToken: string;
	readonly owner: Owner;
	readonly role: string;
	readonly imageId: string;
	readonly instanceType: string;
	readonly count: number;
	/** As spot instances, which end for good when the cloud interrupts them. */
	readonly spot?: boolean;
	/** Of a spot instance: the most it may cost, in US dollars per hour. Left out: as much as an ordinary one. */
	readonly spotMaxUsd?: number;
	/** Instances that switch themselves off stop. Left out: they terminate. */
	readonly stops?: boolean;
	/** Handed to the first-boot unit of the guest, as cloud-init understands it (`#cloud-config` with `ssh_keys`). */
	readonly userData: string;
	/**
	Awaited before it is asked for in another zone than before (undefined: in whichever the cloud chooses), since there the token
	is a new one. What was tried until then was refused. When it throws, nothing more is tried.
	*/
	readonly onZone?: (zone: string | undefined) => Promise<void>;
	/** Of an earlier request with this token, whose answer is not known: it is asked for there first. */
	readonly lastZone?: string | undefined;
};

export type InstanceFilter =
	| {readonly ids: readonly string[]}
	/** All tags must match. */
	| {readonly tags: Readonly<Record<string, string>>};
