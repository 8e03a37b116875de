import type {Tag, TagSpecification} from '@aws-sdk/client-ec2';
import {type Owner, tagNames} from '../cloud.js';

type Whose = Pick<Owner, 'installation' | 'launchKey'>;

export const ownerTags = ({installation, launchKey}: Whose): Record<string, string> => ({
	[tagNames.installation]: installation,
	[tagNames.deployment]: launchKey,
});

export const tagList = (tags: Readonly<Record<string, string>>): Tag[] =>
	Object.entries(tags).map(([Key, Value]) => ({Key, Value}));

export const tagsOf = (tags: readonly Tag[] | undefined): Record<string, string> =>
	Object.fromEntries((tags ?? []).map(({Key = '', Value = ''}) => [Key, Value]));

/** For a request that makes something; nothing where the cloud takes no tags then. */
export const tagOnCreate = (
	{tagOnCreate: isTaken}: {readonly tagOnCreate: boolean},
	types: ReadonlyArray<NonNullable<TagSpecification['ResourceType']>>,
	tags: Readonly<Record<string, string>>,
): {TagSpecifications?: TagSpecification[]} =>
	isTaken ? {TagSpecifications: types.map(ResourceType => ({ResourceType, Tags: tagList(tags)}))} : {};

/**
The security group's name says whose it is and so whose its instances are, also where these could not be tagged since we died
between the reservation and the tags.
*/
export const groupName = ({installation, launchKey}: Whose): string => `d2cm.${installation}.${launchKey}`;

export function tagsByGroup(name: string): Record<string, string> {
	const [, installation, launchKey] = /^d2cm\.([^.]+)\.(.+)$/.exec(name) ?? [];
	return installation !== undefined && launchKey !== undefined ? ownerTags({installation, launchKey}) : {};
}
