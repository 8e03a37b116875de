import type {Snapshot, SnapshotState} from '@aws-sdk/client-ec2';
import type {Ec2Context} from '../ec2-context.js';
import {allPages} from './all-pages.js';
import {unlessUnknown} from './unless-unknown.js';
import {ofInstallation} from './whose.js';

/** Snapshots of an installation that are in one of these states. */
export async function ownSnapshots(
	{ask}: Ec2Context,
	installation: string,
	states: readonly SnapshotState[],
): Promise<readonly Snapshot[]> {
	const Filters = [ofInstallation(installation), {Name: 'status', Values: [...states]}];
	return unlessUnknown(async () =>
		allPages(async page =>
			ask('DescribeSnapshots', async (client, {DescribeSnapshotsCommand}, options) =>
				client.send(new DescribeSnapshotsCommand({OwnerIds: ['self'], Filters, ...page}), options),
			).then(({Snapshots, NextToken}) => [Snapshots, NextToken]),
		),
	);
}
