import type {OwnedKind} from '../../cloud.js';
import type {Ec2Context} from '../ec2-context.js';
import {onceSeen} from '../once-seen.js';
import {tagsOf} from '../owner-tags.js';
import {removeOurs} from '../remove-ours.js';
import {isShaped} from '../shapes.js';
import {unlessGone} from './unless-gone.js';
import {unlessUnknown} from './unless-unknown.js';
import {isOf, ofInstallation, whose} from './whose.js';

const kind = 'address';

/** What Amazon takes for a public IPv4 address everywhere. */
const hourlyUsd = 0.005;

/** Elastic IP addresses, which cost money as long as they are kept. */
export const ownedAddresses = (context: Ec2Context): OwnedKind => ({
	kind,
	async find(installation) {
		const addresses = await unlessUnknown(async () =>
			context
				.ask('DescribeAddresses', async (client, {DescribeAddressesCommand}, options) =>
					client.send(new DescribeAddressesCommand({Filters: [ofInstallation(installation)]}), options),
				)
				.then(({Addresses}) => Addresses),
		);
		return addresses
			.filter(({Tags}) => isOf(installation)({tags: tagsOf(Tags)}))
			.flatMap(({AllocationId, PublicIp = '', InstanceId, Tags}) =>
				!isShaped('address', AllocationId)
					? []
					: [
							{
								kind,
								id: AllocationId,
								...whose(tagsOf(Tags)),
								detail: InstanceId ? `${PublicIp}, of ${InstanceId}` : `${PublicIp}, unused`,
								hourlyUsd,
							},
						],
			);
	},
	async remove({id}, installation) {
		await unlessGone(['InvalidAllocationID.NotFound'], async () =>
			// With the end of its instance it becomes free.
			onceSeen(context, ['InvalidIPAddress.InUse'], async () =>
				removeOurs(context.ask, {kind, ids: [id], isOurs: isOf(installation)}),
			),
		);
	},
});
