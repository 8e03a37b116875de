import type {Clock} from '../../host/clock.js';
import type {Cloud, Instance, InstanceFilter} from '../cloud.js';
import {createAwsCalls} from './aws-calls.js';
import type {Patience} from './call-patiently.js';
import {checkEc2Capacity} from './check-ec2-capacity.js';
import {consoleOutput} from './console-output.js';
import {describeInstances, isMatch} from './describe-instances.js';
import type {Ec2Access} from './ec2-access.js';
import type {Ec2Context, Ec2Traits} from './ec2-context.js';
import {findImage, listImages, machineImage} from './ec2-image.js';
import {eucalyptusTypes} from './eucalyptus-types.js';
import {listInstanceTypes} from './instance-types.js';
import {deleteKeyPair, prepareKeyPair} from './key-pair.js';
import {ownedKinds} from './owned/owned-kinds.js';
import {removeAmi} from './remove-ami.js';
import {reserveInstances} from './reserve-instances.js';
import {deleteGroup, prepareGroup} from './security-group.js';
import {spotPrices} from './spot-prices.js';
import {mayStartInstances, startInstances} from './start-instances.js';
import {stopInstances} from './stop-instances.js';
import {terminateInstances} from './terminate-instances.js';
import type {VcpuLimits} from './vcpu-limits.js';

export type Ec2CloudOptions = {
	/** As the user named it. */
	readonly name: string;
	readonly access: Ec2Access;
	readonly traits: Ec2Traits;
	readonly clock: Clock;
	/** Whose instances and AMIs it may remove; left out: those of any D2CM. */
	readonly installation?: string;
	/** The IPv4 address the cloud sees this machine come from. Asked when a group is made. */
	readonly headnode: () => Promise<string>;
	readonly vcpuLimits?: VcpuLimits;
	/** Where sshd listens on the instances. */
	readonly sshPort?: number;
	readonly patience?: Partial<Patience>;
};

/** New instances may not be seen for minutes. */
const longestUnseenMs = 5 * 60_000;
const typesKeptMs = 10 * 60_000;

/** Amazon EC2, Eucalyptus, and what speaks like them. Only `callPatiently` and `onceSeen` try anything again. */
export function createEc2Cloud(options: Ec2CloudOptions): Cloud {
	const {name, access, traits, clock, installation, headnode, sshPort = 22} = options;
	const calls = createAwsCalls(access, clock, options.patience);
	const {signal} = new AbortController();
	const ask: Ec2Context['ask'] = async (action, send) => calls.ec2(action, send, signal);
	const allTypes = keptFor(typesKeptMs, clock, async () => {
		const types = await listInstanceTypes({ask});
		return types.length > 0 ? types : eucalyptusTypes;
	});
	const context: Ec2Context = {name, traits, clock, sshPort, ask, allTypes};
	const unseen = new UnseenInstances(clock);
	return {
		name,
		unseenMs: longestUnseenMs,
		keyTypes: traits.keyTypes,
		instanceTypes: async () => (await allTypes()).map(type => ({...type, hourlyUsd: undefined})),
		images: async () => listImages(context),
		async findImage(imageId) {
			const image = await findImage(context, imageId);
			return image && machineImage(image, traits);
		},
		deregisterImage: async imageId => removeAmi(calls, {installation, imageId}, signal),
		checkCapacity: async requests => checkEc2Capacity(context, requests, options.vcpuLimits),
		async prepare(owner) {
			// The group first, and last to go: its name says whose it is, and on some clouds nothing else of a key pair does.
			await prepareGroup(context, owner, await headnode());
			await prepareKeyPair(context, owner);
		},
		async reserve(request) {
			const instances = await reserveInstances(context, request);
			unseen.add(instances);
			return instances;
		},
		describe: async filter => unseen.addTo(await describeInstances(context, filter), filter),
		terminate: async instanceIds => terminateInstances(context, instanceIds, {installation}),
		...(traits.stops && {
			start: async (ids: readonly string[]) => startInstances(context, ids),
			stop: async (ids: readonly string[]) => stopInstances(context, ids),
		}),
		...(traits.stops && traits.dryRun && {mayStart: async () => mayStartInstances(context)}),
		async cleanUp(owner) {
			await deleteKeyPair(context, owner);
			await deleteGroup(context, owner);
		},
		ownedKinds: ownedKinds(context),
		...(traits.spot && {spotPrices: async (types: readonly string[]) => spotPrices(context, types)}),
		consoleOutput: async instanceId => consoleOutput(context, instanceId),
	};
}

/** What this process has reserved and no question has shown yet: not to be seen is not to be gone. */
class UnseenInstances {
	readonly #clock: Clock;
	readonly #instances = new Map<string, {readonly instance: Instance; readonly since: number}>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	add(instances: readonly Instance[]): void {
		for (const instance of instances.filter(({state}) => state !== 'terminated')) {
			this.#instances.set(instance.id, {instance, since: this.#clock.now().getTime()});
		}
	}

	addTo(seen: readonly Instance[], filter: InstanceFilter): readonly Instance[] {
		for (const {id} of seen) {
			this.#instances.delete(id);
		}

		const now = this.#clock.now().getTime();
		const missing = [...this.#instances.values()].filter(({since}) => now - since < longestUnseenMs);
		return [...seen, ...missing.map(({instance}) => instance).filter(isMatch(filter))];
	}
}

function keptFor<Value>(ms: number, clock: Clock, make: () => Promise<Value>): () => Promise<Value> {
	let kept: {readonly value: Promise<Value>; readonly since: number} | undefined;
	return async () => {
		const now = clock.now().getTime();
		if (!kept || now - kept.since > ms) {
			const value = make();
			kept = {value, since: now};
			value.catch(() => {
				kept = undefined;
			});
		}

		return kept.value;
	};
}
