import type {Volume} from '@aws-sdk/client-ec2';
import {allPages} from '../../all-pages.js';
import type {OwnedKind} from '../../cloud.js';
import type {Ec2Context} from '../ec2-context.js';
import {onceSeen} from '../once-seen.js';
import {tagsOf} from '../owner-tags.js';
import {removeOurs} from '../remove-ours.js';
import {isShaped} from '../shapes.js';
import {volumePrice} from '../volume-price.js';
import {unlessGone} from './unless-gone.js';
import {unlessUnknown} from './unless-unknown.js';
import {isOf, ofInstallation, whose} from './whose.js';

const kind = 'volume';

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
		const own = volumes.filter(
			({VolumeId, Tags}) => isShaped('volume', VolumeId) && isOf(installation)({tags: tagsOf(Tags)}),
		);
		return own.filter(isOfItsOwn).map(({VolumeId: id = '', Size = 0, VolumeType = '', State, CreateTime, Tags}) => {
			const hourlyUsd = volumePrice(Size, VolumeType);
			return {
				kind,
				id,
				...whose(tagsOf(Tags)),
				detail: `${Size} GiB ${VolumeType}, ${State}`,
				...(CreateTime && {since: CreateTime.toISOString()}),
				...(hourlyUsd !== undefined && {hourlyUsd}),
			};
		});
	},
	async remove({id}, installation) {
		await unlessGone(['InvalidVolume.NotFound'], async () =>
			// Its instance may just be ending.
			onceSeen(context, ['VolumeInUse'], async () =>
				removeOurs(context.ask, {kind, ids: [id], isOurs: isOf(installation)}),
			),
		);
	},
});

const isOfItsOwn = ({State, Attachments = []}: Volume) =>
	State !== 'deleting' && State !== 'deleted' && !Attachments.some(({DeleteOnTermination}) => DeleteOnTermination);
