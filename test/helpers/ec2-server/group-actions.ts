import type {Ec2World} from './ec2-world.js';
import {isSeen, newWorldId, refuse, stateOf, type WorldGroup, type WorldPermission} from './instance-world.js';
import {tagSet} from './instance-xml.js';
import {filtered, pageOf, type Query} from './query.js';
import {mustBeIds} from './resource-ids.js';
import type {XmlTree} from './xml.js';

/** Names are unique in upper and lower case alike, and that is known at once, though a new group is not seen by questions yet. */
export function createSecurityGroup(world: Ec2World, query: Query): XmlTree {
	const {compute} = world;
	const name = query.needed('GroupName');
	if (name.length > 255 || name.startsWith('sg-') || !/^[\w .:/()#,@[\]+=&;{}!$*-]+$/.test(name)) {
		throw refuse('InvalidParameterValue', `Value (${name}) for parameter GroupName is invalid.`);
	}

	const description = query.needed('GroupDescription');
	if (description.length > 255 || !/^[\w .:/()#,@[\]+=&;{}!$*-]+$/.test(description)) {
		throw refuse('InvalidParameterValue', 'Character sets beyond ASCII are not supported in GroupDescription.');
	}

	if (name.toLowerCase() === 'default') {
		throw refuse('InvalidGroup.Reserved', "The security group 'default' is reserved");
	}

	if ([...compute.groups.values()].some(group => group.name.toLowerCase() === name.toLowerCase())) {
		throw refuse('InvalidGroup.Duplicate', `The security group '${name}' already exists for VPC 'vpc-1'`);
	}

	const group: WorldGroup = {
		id: newWorldId(world, 'sg'),
		name,
		description,
		isDefault: false,
		madeAt: compute.rules.now(),
		tags: query.tags('security-group'),
		ingress: [],
	};
	compute.groups.set(group.id, group);
	return {return: true, groupId: group.id, tagSet: tagSet(group.tags)};
}

export function describeSecurityGroups(world: Ec2World, query: Query): XmlTree {
	const ids = query.list('GroupId');
	for (const id of ids) {
		findGroup(world, id);
	}

	const seen = [...world.compute.groups.values()].filter(({madeAt}) => isSeen(world.compute, madeAt));
	const wanted = filtered(query, seen, ['group-id', 'group-name'], ({id, name, tags}) => [
		tags,
		{'group-id': id, 'group-name': name},
	]).filter(({id}) => ids.length === 0 || ids.includes(id));
	const {page, nextToken} = pageOf(wanted, query);
	return {
		securityGroupInfo: page.map(({id, name, description, tags, ingress}) => ({
			ownerId: world.ownerId,
			groupId: id,
			groupName: name,
			groupDescription: description,
			vpcId: 'vpc-1',
			ipPermissions: [
				...Map.groupBy(ingress, ({protocol, fromPort, toPort}) => [protocol, fromPort, toPort].join()).values(),
			].map(rules => permissionXml(world, rules)),
			tagSet: tagSet(tags),
		})),
		nextToken,
	};
}

/** Rules for the same ports are told together. */
const permissionXml = ({ownerId}: Ec2World, rules: readonly WorldPermission[]): XmlTree => ({
	ipProtocol: rules[0]?.protocol,
	fromPort: rules[0]?.fromPort,
	toPort: rules[0]?.toPort,
	groups: rules.flatMap(({groupId}) => (groupId === undefined ? [] : {userId: ownerId, groupId})),
	ipRanges: rules.flatMap(({cidr}) => (cidr === undefined ? [] : {cidrIp: cidr})),
});

export function authorizeIngress(world: Ec2World, query: Query): XmlTree {
	const group = findGroup(world, query.needed('GroupId'));
	const wanted = permissions(world, query);
	if (wanted.length === 0) {
		throw refuse('MissingParameter', 'The request must contain IpPermissions, with a range or a group each.');
	}

	if (wanted.some(one => group.ingress.some(other => isSame(one, other)))) {
		throw refuse('InvalidPermission.Duplicate', 'the specified rule already exists');
	}

	if (group.ingress.length + wanted.length > mostRules) {
		throw refuse('RulesPerSecurityGroupLimitExceeded', 'The maximum number of rules per security group is reached.');
	}

	group.ingress.push(...wanted);
	return {return: true};
}

/** "For a default VPC, if the values you specify do not match the existing rule's values, no error is returned" (RevokeSecurityGroupIngress). */
export function revokeIngress(world: Ec2World, query: Query): XmlTree {
	const group = findGroup(world, query.needed('GroupId'));
	const unknown: WorldPermission[] = [];
	for (const one of permissions(world, query)) {
		const index = group.ingress.findIndex(other => isSame(one, other));
		if (index === -1) {
			unknown.push(one);
		} else {
			group.ingress.splice(index, 1);
		}
	}

	return {
		return: true,
		unknownIpPermissionSet: unknown.map(one => permissionXml(world, [one])),
	};
}

/** Refused while an instance that is not terminated is in it, seen or not, or a rule of another group names it. */
export function deleteSecurityGroup(world: Ec2World, query: Query): XmlTree {
	const {compute} = world;
	const group = findGroup(world, query.needed('GroupId'));
	if (group.isDefault) {
		throw refuse('CannotDelete', 'The default group cannot be deleted');
	}

	const isUsed = [...compute.instances.values()].some(
		one => one.groupIds.includes(group.id) && stateOf(compute, one) !== 'terminated',
	);
	const isNamed = [...compute.groups.values()].some(
		other => other !== group && other.ingress.some(({groupId}) => groupId === group.id),
	);
	if (isUsed || isNamed) {
		throw refuse('DependencyViolation', `resource ${group.id} has a dependent object`);
	}

	compute.groups.delete(group.id);
	return {return: true, groupId: group.id};
}

function findGroup({compute}: Ec2World, id: string): WorldGroup {
	mustBeIds('sg', [id]);
	const group = compute.groups.get(id);
	if (!group || !isSeen(compute, group.madeAt)) {
		throw refuse('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
	}

	return group;
}

/** Inbound rules of one group ("Amazon VPC quotas"). */
const mostRules = 60;

function permissions(world: Ec2World, query: Query): readonly WorldPermission[] {
	return query.indexes('IpPermissions').flatMap(n => {
		const name = `IpPermissions.${n}`;
		const base = portsOf(query, name);
		return [
			...query.indexes(`${name}.IpRanges`).map(m => ({
				...base,
				cidr: canonicalCidr(query.needed(`${name}.IpRanges.${m}.CidrIp`)),
				groupId: undefined,
			})),
			...query.indexes(`${name}.Groups`).map(m => ({
				...base,
				cidr: undefined,
				groupId: findGroup(world, query.needed(`${name}.Groups.${m}.GroupId`)).id,
			})),
		];
	});
}

/**
Protocol and ports of a rule.

@see IpPermission of the API reference: tcp, udp and icmp need a range, of all protocols (-1) none is looked at.
*/
function portsOf(query: Query, name: string): Pick<WorldPermission, 'protocol' | 'fromPort' | 'toPort'> {
	const protocol = query.needed(`${name}.IpProtocol`);
	const [from, to] = [query.count(`${name}.FromPort`), query.count(`${name}.ToPort`)];
	if (!/^(?:-1|tcp|udp|icmp|icmpv6|\d{1,3})$/.test(protocol) || Number(protocol) > 255) {
		throw refuse('InvalidPermission.Malformed', `Unsupported IP protocol "${protocol}"`);
	}

	if (!['tcp', 'udp', 'icmp', '6', '17', '1'].includes(protocol)) {
		return {protocol, fromPort: undefined, toPort: undefined};
	}

	if (from === undefined || to === undefined) {
		throw refuse('MissingParameter', `The request must contain a port range for ${protocol}.`);
	}

	const isIcmp = protocol === 'icmp' || protocol === '1';
	const [least, most] = isIcmp ? [-1, 255] : [0, 65_535];
	if (Math.min(from, to) < least || Math.max(from, to) > most || (isIcmp ? from === -1 && to !== -1 : from > to)) {
		throw refuse('InvalidParameterValue', `Invalid value '${from}-${to}' for portRange.`);
	}

	return {protocol, fromPort: String(from), toPort: String(to)};
}

/** Without the bits of the host, as Amazon keeps it ("AWS canonicalizes IPv4 and IPv6 CIDRs", IpRange). */
function canonicalCidr(cidr: string): string {
	const [, address = '', length = ''] = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(cidr) ?? [];
	const bytes = address.split('.').map(Number);
	if (address === '' || bytes.some(byte => byte > 255) || Number(length) > 32) {
		throw refuse('InvalidParameterValue', `CIDR block ${cidr} is malformed`);
	}

	const kept = bytes.map((byte, index) => byte & (0xff << Math.min(8, Math.max(0, 8 * (index + 1) - Number(length)))));
	return `${kept.join('.')}/${length}`;
}

const isSame = (one: WorldPermission, other: WorldPermission): boolean => JSON.stringify(one) === JSON.stringify(other);
