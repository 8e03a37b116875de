import type {OwnedKind} from '../../cloud.js';
import type {Ec2Context} from '../ec2-context.js';
import {tagsOf} from '../owner-tags.js';
import {removeOurs} from '../remove-ours.js';
import {ownSnapshots} from './own-snapshots.js';
import {unlessGone} from './unless-gone.js';
import {isOf, whose} from './whose.js';

const kind = 'pending snapshot';

/** What an upload has begun and never ended. A completed snapshot is an AMI's, or was kept on purpose. */
export const pendingSnapshots = (context: Ec2Context): OwnedKind => ({
	kind,
	async find(installation) {
		const snapshots = await ownSnapshots(context, installation, ['pending', 'error']);
		return snapshots.map(({SnapshotId: id = '', VolumeSize, State, StartTime, Tags}) => ({
			kind,
			id,
			...whose(tagsOf(Tags)),
			detail: `of ${VolumeSize} GiB, ${State}`,
			...(StartTime && {since: StartTime.toISOString()}),
		}));
	},
	async remove({id}, installation) {
		// In use: it was completed meanwhile, and an AMI has it now.
		await unlessGone(['InvalidSnapshot.NotFound', 'InvalidSnapshot.InUse'], async () =>
			removeOurs(context.ask, {kind: 'snapshot', ids: [id], isOurs: isOf(installation)}),
		);
	},
});
