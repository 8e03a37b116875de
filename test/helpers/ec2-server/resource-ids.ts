import {refuse} from './instance-world.js';

/** How Amazon calls an id that it cannot read, and one that it does not know; see its "Error codes for the Amazon EC2 API". */
const codes = {
	ami: ['InvalidAMIID.Malformed', 'InvalidAMIID.NotFound'],
	i: ['InvalidInstanceID.Malformed', 'InvalidInstanceID.NotFound'],
	'import-snap': ['InvalidConversionTaskId.Malformed', 'InvalidConversionTaskId'],
	key: ['InvalidID', 'InvalidKeyPair.NotFound'],
	sg: ['InvalidGroupId.Malformed', 'InvalidGroup.NotFound'],
	snap: ['InvalidSnapshotID.Malformed', 'InvalidSnapshot.NotFound'],
	subnet: ['InvalidSubnetID.Malformed', 'InvalidSubnetID.NotFound'],
	vol: ['InvalidVolumeID.Malformed', 'InvalidVolume.NotFound'],
} as const;

export type IdKind = keyof typeof codes;

/** Whether an id has the form of its kind is looked at before whether there is such a thing. */
export function mustBeIds(kind: IdKind, ids: readonly string[]): void {
	const bad = ids.find(id => kindOf(id) !== kind);
	if (bad !== undefined) {
		throw refuse(codes[kind][0], `Invalid id: "${bad}"`);
	}
}

export const unknownId = (kind: IdKind, id: string) => refuse(codes[kind][1], `The ${kind} ID '${id}' does not exist`);

/** By its form: `i-` and the like, with 8 or 17 digits. */
export function kindOf(id: string): IdKind | undefined {
	const [, prefix] = /^([a-z-]+)-(?:[\da-f]{8}|[\da-f]{17})$/.exec(id) ?? [];
	return Object.keys(codes).find((kind): kind is IdKind => kind === prefix);
}
