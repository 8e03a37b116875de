import type {Instance as Ec2Instance} from '@aws-sdk/client-ec2';
import type {Instance, InstanceState} from '../cloud.js';
import {tagsByGroup, tagsOf} from './owner-tags.js';
import {isShaped} from './shapes.js';

const states: readonly string[] = [
	'pending',
	'running',
	'shutting-down',
	'terminated',
	'stopping',
	'stopped',
] satisfies readonly InstanceState[];

const longestReason = 1000;

/** Of spot instances alone; the message begins with the code. */
const interruption = 'Server.SpotInstance';

/** An instance as the port has it; undefined for an answer that names none, or something else in its place. */
export function instanceOf(from: Ec2Instance, sshPort: number): Instance | undefined {
	const {InstanceId, StateReason, StateTransitionReason, SecurityGroups, PrivateIpAddress} = from;
	if (!isShaped('instance', InstanceId)) {
		return undefined;
	}

	const state = isState(from.State?.Name) ? from.State.Name : 'pending';
	const reason = StateReason?.Message || StateReason?.Code || StateTransitionReason;
	const isInterrupted = [StateReason?.Code, StateReason?.Message].some(words => words?.startsWith(interruption));
	const privateAddress = addressIn(PrivateIpAddress);
	const host = addressIn(from.PublicIpAddress) ?? privateAddress;
	const endedAt = state === 'stopped' || state === 'terminated' ? timeIn(StateTransitionReason) : undefined;
	return {
		id: InstanceId,
		state,
		...(reason && {stateReason: reason.slice(0, longestReason)}),
		imageId: from.ImageId ?? '',
		instanceType: from.InstanceType ?? '',
		clientToken: from.ClientToken ?? '',
		tags: Object.assign(
			{},
			...(SecurityGroups ?? []).map(({GroupName = ''}) => tagsByGroup(GroupName)),
			tagsOf(from.Tags),
		),
		launchedAt: from.LaunchTime?.toISOString() ?? '',
		...(from.InstanceLifecycle === 'spot' && {spot: true}),
		...(isInterrupted && {interrupted: true}),
		...(endedAt !== undefined && {endedAt}),
		...(state === 'running' && privateAddress && {privateAddress}),
		...(state === 'running' && host && {ssh: {host, port: sshPort}}),
	};
}

/** Addresses stand in files and commands: what is none there is none. */
const addressIn = (text: string | undefined): string | undefined =>
	text !== undefined && /^[A-Za-z0-9][\w.:-]{0,254}$/.test(text) ? text : undefined;

const isState = (name: string | undefined): name is InstanceState => name !== undefined && states.includes(name);

/** `User initiated (2026-11-22 10:00:00 GMT)`; not every reason has a time. */
function timeIn(reason: string | undefined): string | undefined {
	const [, day, time] = /\((\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (?:GMT|UTC)\)/.exec(reason ?? '') ?? [];
	return day && time ? `${day}T${time}.000Z` : undefined;
}
