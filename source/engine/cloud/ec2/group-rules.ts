import type {IpPermission} from '@aws-sdk/client-ec2';

type Wanted = {readonly groupId: string; readonly headnode: string; readonly sshPort: number};

/**
What of a group's rules has to come and to go, one rule each: SSH from this machine's address only, everything between
members, nothing else. An address this machine had before goes.
*/
export function ruleChanges(
	found: readonly IpPermission[],
	{groupId, headnode, sshPort}: Wanted,
): {readonly missing: readonly IpPermission[]; readonly excess: readonly IpPermission[]} {
	const wanted: readonly IpPermission[] = [
		{IpProtocol: 'tcp', FromPort: sshPort, ToPort: sshPort, IpRanges: [{CidrIp: `${headnode}/32`}]},
		{IpProtocol: '-1', UserIdGroupPairs: [{GroupId: groupId}]},
	];
	const there = found.flatMap(single);
	const keys = (rules: readonly IpPermission[]) => new Set(rules.map(keyOf));
	const [wantedKeys, thereKeys] = [keys(wanted), keys(there)];
	return {
		missing: wanted.filter(rule => !thereKeys.has(keyOf(rule))),
		excess: there.filter(rule => !wantedKeys.has(keyOf(rule))),
	};
}

/** The cloud puts rules of the same ports together. */
function single({IpProtocol, FromPort, ToPort, IpRanges, Ipv6Ranges, UserIdGroupPairs}: IpPermission): IpPermission[] {
	const base = {
		IpProtocol,
		...(FromPort !== undefined && {FromPort}),
		...(ToPort !== undefined && {ToPort}),
	};
	return [
		...(IpRanges ?? []).map(({CidrIp}) => ({...base, IpRanges: [{CidrIp}]})),
		...(Ipv6Ranges ?? []).map(({CidrIpv6}) => ({...base, Ipv6Ranges: [{CidrIpv6}]})),
		...(UserIdGroupPairs ?? []).map(({GroupId}) => ({...base, UserIdGroupPairs: [{GroupId}]})),
	];
}

const keyOf = ({IpProtocol, FromPort, ToPort, IpRanges, Ipv6Ranges, UserIdGroupPairs}: IpPermission): string =>
	JSON.stringify([
		IpProtocol,
		// Of a rule for all protocols some clouds say -1 for the ports, others nothing.
		IpProtocol === '-1' ? '' : [FromPort, ToPort],
		IpRanges?.[0]?.CidrIp,
		Ipv6Ranges?.[0]?.CidrIpv6,
		UserIdGroupPairs?.[0]?.GroupId,
	]);
