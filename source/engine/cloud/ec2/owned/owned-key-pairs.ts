import {type OwnedKind, tagNames} from '../../cloud.js';
import type {Ec2Context} from '../ec2-context.js';
import {tagsOf} from '../owner-tags.js';
import {isShaped} from '../shapes.js';
import {whose} from './whose.js';

export const ownedKeyPairs = ({ask}: Ec2Context): OwnedKind => ({
	kind: 'key pair',
	async find(installation) {
		const {KeyPairs = []} = await ask('DescribeKeyPairs', async (client, {DescribeKeyPairsCommand}, options) =>
			client.send(new DescribeKeyPairsCommand({}), options),
		);
		return KeyPairs.flatMap(({KeyName, CreateTime, Tags}) => {
			const tags = tagsOf(Tags);
			return isShaped('name', KeyName) && tags[tagNames.installation] === installation
				? [{kind: 'key pair', id: KeyName, ...whose(tags), ...(CreateTime && {since: CreateTime.toISOString()})}]
				: [];
		});
	},
});
