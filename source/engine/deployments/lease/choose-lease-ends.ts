import type {MachineImage} from '../../cloud/cloud.js';
import type {LeaseEnd} from '../../templates/template.js';
import type {DeployedRole} from '../deployment.js';

export type LeaseEndFacts = {
	readonly cloud: string;
	/** As the user chose. */
	readonly leaseEnds: LeaseEnd | undefined;
	/** Whether the cloud can start instances again that have stopped. */
	readonly canStop: boolean;
	/** What the cloud says of the AMIs. */
	readonly images: ReadonlyArray<Pick<MachineImage, 'id' | 'rootDevice' | 'keptUsd'>>;
};

/** The roles, each with whether its instances stop when their lease is over; and a word on those that cannot, and terminate. */
export function chooseLeaseEnds(
	roles: readonly DeployedRole[],
	{cloud, leaseEnds, canStop, images}: LeaseEndFacts,
): {readonly roles: readonly DeployedRole[]; readonly remarks: readonly string[]} {
	if (leaseEnds !== 'stop') {
		return {roles, remarks: []};
	}

	if (!canStop) {
		return {roles, remarks: [`${cloud} cannot stop instances: when their lease is over, they end for good.`]};
	}

	const ends = roles.map(role => {
		const image = images.find(({id}) => id === role.imageId);
		const why = whyNot(role, image?.rootDevice);
		const keptUsd = image?.keptUsd;
		return why === undefined
			? {role: {...role, stops: true, ...(keptUsd !== undefined && {keptUsd})}, remarks: []}
			: {role, remarks: [`The instances of ${role.name} cannot stop, and end for good with their lease: ${why}.`]};
	});
	return {roles: ends.map(({role}) => role), remarks: ends.flatMap(({remarks}) => remarks)};
}

/** By Amazon's rules. */
function whyNot({spot, imageId}: DeployedRole, rootDevice: MachineImage['rootDevice']): string | undefined {
	if (spot) {
		return 'spot instances are asked for once';
	}

	return rootDevice === 'ebs'
		? undefined
		: rootDevice === undefined
			? `it is not known where the root device of ${imageId} is`
			: `the root device of ${imageId} is in the instance store, which no stop leaves as it is`;
}
