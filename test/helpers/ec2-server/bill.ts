import {type InstanceWorld, stateOf, volumeOf} from './instance-world.js';

export type BillLine = {
	readonly id: string;
	readonly instanceType: string;
	readonly tags: Readonly<Record<string, string>>;
	readonly seconds: number;
	readonly usd: number;
};

/** By the second from when it ran to when its end or its stop was asked for, a minute at least each time; pending is free. */
export function bill({instances, rules}: InstanceWorld): readonly BillLine[] {
	return [...instances.values()].flatMap(({id, type, spotUsd, tags, startedAt, address, end, stop, ran}) => {
		const from = startedAt + rules.pendingMs;
		const until = end?.at ?? rules.now();
		const isOn = !stop && address !== undefined && until >= from;
		const times = [...ran, ...(isOn ? [{from, until}] : [])];
		if (times.length === 0) {
			return [];
		}

		const seconds = times.reduce((sum, time) => sum + Math.max(60, Math.ceil((time.until - time.from) / 1000)), 0);
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

/** The disks of instances, by the second, from the launch on; whether an instance runs or has stopped is nothing to them. */
export function volumeBill({instances, rules}: InstanceWorld): readonly {readonly id: string; readonly usd: number}[] {
	return [...instances.values()].map(one => {
		const until = one.deleteOnTermination ? (one.end?.at ?? rules.now()) : rules.now();
		const hours = Math.ceil((until - one.launchedAt) / 1000) / 3600;
		return {id: volumeOf(one).id, usd: hours * one.volumeGib * gp3HourlyUsd};
	});
}

const gp3HourlyUsd = 0.08 / 730;

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
