import type {Snapshot, SnapshotState} from '@aws-sdk/client-ec2';
import {allPages} from '../../all-pages.js';
import type {Ec2Context} from '../ec2-context.js';
import {tagsOf} from '../owner-tags.js';
import {isShaped} from '../shapes.js';
import {unlessUnknown} from './unless-unknown.js';
import {isOf, ofInstallation} from './whose.js';

/** Snapshots of an installation that are in one of these states. */
export async function ownSnapshots(
	{ask}: Ec2Context,
	installation: string,
	states: readonly SnapshotState[],
): Promise<readonly Snapshot[]> {
	const Filters = [ofInstallation(installation), {Name: 'status', Values: [...states]}];
	const shown = await unlessUnknown(async () =>
		allPages(async page =>
			ask('DescribeSnapshots', async (client, {DescribeSnapshotsCommand}, options) =>
				client.send(new DescribeSnapshotsCommand({OwnerIds: ['self'], Filters, ...page}), options),
			).then(({Snapshots, NextToken}) => [Snapshots, NextToken]),
		),
	);
	return shown.filter(
		({SnapshotId, State, Tags}) =>
			isShaped('snapshot', SnapshotId) &&
			isOf(installation)({tags: tagsOf(Tags)}) &&
			states.some(state => state === State),
	);
}
