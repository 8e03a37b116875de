import {tagNames} from '../cloud.js';
import type {AwsCalls} from './aws-calls.js';
import {deleteSnapshot} from './delete-snapshot.js';
import {findAmi} from './find-ami.js';
import {askBy, mustBeOurs, type Removable, removeOurs} from './remove-ours.js';

type Doomed = {
	/** Left out: of none in particular. */
	readonly installation?: string | undefined;
	readonly imageId: string;
	/** What is known of its snapshots, for the case that an earlier try took away the AMI alone. */
	readonly snapshotIds?: readonly string[];
};

const keepHint = 'Remove the AMI with `--keep-data`, and the snapshot in the console of the cloud if it is yours.';

/**
Takes an AMI of the user's list away and the snapshots it was made of. Finding them gone is success.

@throws {NotOursError} Before anything is removed, when the cloud says that it is made of what this installation neither made nor knows.
*/
export async function removeAmi(calls: AwsCalls, doomed: Doomed, signal: AbortSignal): Promise<void> {
	const {installation, imageId, snapshotIds = []} = doomed;
	const ask = askBy(calls, signal);
	const isOurs = ({id, tags}: Removable) =>
		isListed(installation, tags) && (tags[tagNames.installation] !== undefined || snapshotIds.includes(id));
	const ami = await findAmi(calls, {Name: 'image-id', Value: imageId}, signal);
	const ids = [...new Set([...(ami?.snapshotIds ?? []), ...snapshotIds])];
	for (const id of ids) {
		await mustBeOurs(ask, {kind: 'snapshot', ids: [id], isOurs, hint: keepHint});
	}

	if (ami) {
		await deregisterAmi(calls, doomed, signal);
	}

	for (const id of ids) {
		await deleteSnapshot(calls, {id, isOurs, isRecorded: snapshotIds.includes(id)}, signal);
	}
}

/** What it was made of stays. Finding it gone is success. @param isOurs Left out: it is in the user's list, and of no other installation. */
export async function deregisterAmi(
	calls: AwsCalls,
	{
		installation,
		imageId,
		isOurs = ({tags}) => isListed(installation, tags),
	}: Omit<Doomed, 'snapshotIds'> & {readonly isOurs?: (ami: Removable) => boolean},
	signal: AbortSignal,
): Promise<void> {
	try {
		await removeOurs(askBy(calls, signal), {kind: 'AMI', ids: [imageId], isOurs, isRecorded: true});
	} catch (error) {
		if (!(error instanceof Error && isGone(error))) {
			throw error;
		}
	}
}

/** AMIs may be anybody's that the user has registered here, but not made by another installation. */
const isListed = (installation: string | undefined, {[tagNames.installation]: maker}: Removable['tags']): boolean =>
	maker === undefined || installation === undefined || maker === installation;

const isGone = ({name}: Error) => name === 'InvalidAMIID.NotFound' || name === 'InvalidAMIID.Unavailable';
