import type {Volume} from '@aws-sdk/client-ec2';
import type {OwnedKind} from '../../cloud.js';
import {type Ec2Context, hasCode} from '../ec2-context.js';
import {onceSeen} from '../once-seen.js';
import {tagsOf} from '../owner-tags.js';
import {allPages} from './all-pages.js';
import {unlessUnknown} from './unless-unknown.js';
import {ofInstallation, whose} from './whose.js';

const kind = 'volume';

/** Per GiB and month, by Amazon's list for us-east-1; elsewhere it is a little more. */
const usdPerGibMonth: Readonly<Record<string, number>> = {
	gp2: 0.1,
	gp3: 0.08,
	io1: 0.125,
	io2: 0.125,
	st1: 0.045,
	sc1: 0.015,
};
const hoursPerMonth = 730;

/** Disks that stay when their instance has ended; those that end with it are no matter of their own. */
export const ownedVolumes = (context: Ec2Context): OwnedKind => ({
	kind,
	async find(installation) {
		const volumes = await unlessUnknown(async () =>
			allPages(async page =>
				context
					.ask('DescribeVolumes', async (client, {DescribeVolumesCommand}, options) =>
						client.send(new DescribeVolumesCommand({Filters: [ofInstallation(installation)], ...page}), options),
					)
					.then(({Volumes, NextToken}) => [Volumes, NextToken]),
			),
		);
		return volumes.filter(isOfItsOwn).map(({VolumeId: id = '', Size = 0, VolumeType = '', State, CreateTime, Tags}) => {
			const price = usdPerGibMonth[VolumeType];
			return {
				kind,
				id,
				...whose(tagsOf(Tags)),
				detail: `${Size} GiB ${VolumeType}, ${State}`,
				...(CreateTime && {since: CreateTime.toISOString()}),
				...(price !== undefined && {hourlyUsd: (Size * price) / hoursPerMonth}),
			};
		});
	},
	async remove({id: VolumeId}) {
		try {
			// Its instance may just be ending.
			await onceSeen(context, ['VolumeInUse'], async () =>
				context.ask('DeleteVolume', async (client, {DeleteVolumeCommand}, options) =>
					client.send(new DeleteVolumeCommand({VolumeId}), options),
				),
			);
		} catch (error) {
			if (!hasCode(error, 'InvalidVolume.NotFound')) {
				throw error;
			}
		}
	},
});

const isOfItsOwn = ({State, Attachments = []}: Volume) =>
	State !== 'deleting' && State !== 'deleted' && !Attachments.some(({DeleteOnTermination}) => DeleteOnTermination);
