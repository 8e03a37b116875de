import {allPages} from '../../all-pages.js';
import type {OwnedKind} from '../../cloud.js';
import type {Ec2Context} from '../ec2-context.js';
import {tagsOf} from '../owner-tags.js';
import {ownSnapshots} from './own-snapshots.js';
import {pendingSnapshots} from './pending-snapshots.js';
import {whose} from './whose.js';

const kind = 'snapshot';

/** Amazon's list price in us-east-1. */
const usdPerGibMonth = 0.05;
const hoursPerMonth = 730;

/** Disks of AMIs that were removed without their data. */
export const keptSnapshots = (context: Ec2Context): OwnedKind => ({
	kind,
	async find(installation) {
		const snapshots = await ownSnapshots(context, installation, ['completed']);
		const used = snapshots.length === 0 ? new Set() : await usedSnapshots(context);
		return snapshots
			.filter(({SnapshotId}) => !used.has(SnapshotId))
			.map(({SnapshotId: id = '', VolumeSize, FullSnapshotSizeInBytes, StartTime, Tags}) => ({
				kind,
				id,
				...whose(tagsOf(Tags)),
				detail: `of ${VolumeSize} GiB, kept when its AMI was removed`,
				isKept: true,
				...(StartTime && {since: StartTime.toISOString()}),
				...(FullSnapshotSizeInBytes && {
					hourlyUsd: ((FullSnapshotSizeInBytes / 2 ** 30) * usdPerGibMonth) / hoursPerMonth,
				}),
			}));
	},
	// One that an AMI has meanwhile stays.
	remove: async (thing, installation) => pendingSnapshots(context).remove?.(thing, installation),
});

async function usedSnapshots({ask}: Ec2Context): Promise<ReadonlySet<string | undefined>> {
	const images = await allPages(async page =>
		ask('DescribeImages', async (client, {DescribeImagesCommand}, options) =>
			// Disabled ones keep theirs.
			client.send(new DescribeImagesCommand({Owners: ['self'], IncludeDisabled: true, ...page}), options),
		).then(({Images, NextToken}) => [Images, NextToken]),
	);
	return new Set(images.flatMap(({BlockDeviceMappings = []}) => BlockDeviceMappings.map(({Ebs}) => Ebs?.SnapshotId)));
}
