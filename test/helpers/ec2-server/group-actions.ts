import type {Ec2World} from './ec2-world.js';
import {isSeen, newWorldId, refuse, stateOf, type WorldGroup, type WorldPermission} from './instance-world.js';
import {tagSet} from './instance-xml.js';
import {passes, type Query} from './query.js';
import type {XmlTree} from './xml.js';

/** Names are unique, and that is known at once, though a new group is not seen by questions yet. */
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

	if ([...compute.groups.values()].some(group => group.name === name)) {
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

	const filters = query.filters();
	const wanted = [...world.compute.groups.values()].filter(
		group =>
			isSeen(world.compute, group.madeAt) &&
			(ids.length === 0 || ids.includes(group.id)) &&
			passes(filters, group.tags, {'group-id': group.id, 'group-name': group.name}),
	);
	return {
		securityGroupInfo: wanted.map(({id, name, description, tags, ingress}) => ({
			ownerId: world.ownerId,
			groupId: id,
			groupName: name,
			groupDescription: description,
			vpcId: 'vpc-1',
			ipPermissions: ingress.map(({protocol, fromPort, toPort, cidr, groupId}) => ({
				ipProtocol: protocol,
				fromPort,
				toPort,
				groups: groupId === undefined ? [] : [{userId: world.ownerId, groupId}],
				ipRanges: cidr === undefined ? [] : [{cidrIp: cidr}],
			})),
			tagSet: tagSet(tags),
		})),
	};
}

export function authorizeIngress(world: Ec2World, query: Query): XmlTree {
	const group = findGroup(world, query.needed('GroupId'));
	const wanted = permissions(query);
	if (wanted.some(one => group.ingress.some(other => isSame(one, other)))) {
		throw refuse('InvalidPermission.Duplicate', 'the specified rule already exists');
	}

	group.ingress.push(...wanted);
	return {return: true};
}

export function revokeIngress(world: Ec2World, query: Query): XmlTree {
	const group = findGroup(world, query.needed('GroupId'));
	for (const one of permissions(query)) {
		const index = group.ingress.findIndex(other => isSame(one, other));
		if (index === -1) {
			throw refuse('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
		}

		group.ingress.splice(index, 1);
	}

	return {return: true};
}

/** Refused while an instance that is not terminated is in it, seen or not. */
export function deleteSecurityGroup(world: Ec2World, query: Query): XmlTree {
	const {compute} = world;
	const group = findGroup(world, query.needed('GroupId'));
	if (group.isDefault) {
		throw refuse('CannotDelete', 'The default group cannot be deleted');
	}

	const isUsed = [...compute.instances.values()].some(
		one => one.groupIds.includes(group.id) && stateOf(compute, one) !== 'terminated',
	);
	if (isUsed) {
		throw refuse('DependencyViolation', `resource ${group.id} has a dependent object`);
	}

	compute.groups.delete(group.id);
	return {return: true, groupId: group.id};
}

function findGroup({compute}: Ec2World, id: string): WorldGroup {
	const group = compute.groups.get(id);
	if (!group || !isSeen(compute, group.madeAt)) {
		throw refuse('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
	}

	return group;
}

function permissions(query: Query): readonly WorldPermission[] {
	return query.indexes('IpPermissions').flatMap(n => {
		const name = `IpPermissions.${n}`;
		const base = {
			protocol: query.needed(`${name}.IpProtocol`),
			fromPort: query.text(`${name}.FromPort`),
			toPort: query.text(`${name}.ToPort`),
		};
		return [
			...query.indexes(`${name}.IpRanges`).map(m => ({
				...base,
				cidr: checkCidr(query.needed(`${name}.IpRanges.${m}.CidrIp`)),
				groupId: undefined,
			})),
			...query
				.indexes(`${name}.Groups`)
				.map(m => ({...base, cidr: undefined, groupId: query.needed(`${name}.Groups.${m}.GroupId`)})),
		];
	});
}

function checkCidr(cidr: string): string {
	if (!/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/.test(cidr)) {
		throw refuse('InvalidParameterValue', `CIDR block ${cidr} is malformed`);
	}

	return cidr;
}

const isSame = (one: WorldPermission, other: WorldPermission): boolean => JSON.stringify(one) === JSON.stringify(other);
