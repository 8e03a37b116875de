import {type InstanceWorld, stateOf} from './instance-world.js';

export type BillLine = {
	readonly id: string;
	readonly instanceType: string;
	readonly tags: Readonly<Record<string, string>>;
	readonly seconds: number;
	readonly usd: number;
};

/** By the second from when it ran to when its end was asked for, a minute at least; pending is free. */
export function bill({instances, rules}: InstanceWorld): readonly BillLine[] {
	return [...instances.values()].flatMap(({id, type, spotUsd, tags, launchedAt, address, end}) => {
		const since = launchedAt + rules.pendingMs;
		const until = end?.at ?? rules.now();
		if (address === undefined || until < since) {
			return [];
		}

		const seconds = Math.max(60, Math.ceil((until - since) / 1000));
		return [
			{
				id,
				instanceType: type.name,
				tags: Object.fromEntries(tags),
				seconds,
				usd: (seconds * (spotUsd ?? type.hourlyUsd)) / 3600,
			},
		];
	});
}

/** What is there that costs money or was made for somebody: nothing is forgotten that nobody ended. */
export function liveResources(world: InstanceWorld): readonly string[] {
	return [
		...[...world.instances.values()]
			.filter(one => stateOf(world, one) !== 'terminated')
			.map(one => `${stateOf(world, one)} instance ${one.id}`),
		...[...world.volumes.values()].map(({id, instanceId}) => `volume ${id} of ${instanceId}`),
		...[...world.addresses.values()].map(({ip}) => `address ${ip}`),
		...[...world.groups.values()].filter(({isDefault}) => !isDefault).map(({name}) => `security group ${name}`),
		...[...world.keyPairs.keys()].map(name => `key pair ${name}`),
	];
}
