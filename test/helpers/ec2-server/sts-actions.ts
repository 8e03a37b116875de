import type {Ec2World} from './ec2-world.js';
import type {Query} from './query.js';
import {ServiceError} from './service-error.js';
import type {XmlTree} from './xml.js';

/** STS speaks as EC2 does, in another version. */
export const isStsQuery = (query: Query): boolean => query.text('Version') === '2011-06-15';

/** GetCallerIdentity, which needs no right at all. */
export function stsAction({ownerId}: Ec2World, query: Query): XmlTree {
	const action = query.needed('Action');
	if (action !== 'GetCallerIdentity') {
		throw new ServiceError(400, 'InvalidAction', `Could not find operation ${action} for version 2011-06-15`);
	}

	return {
		GetCallerIdentityResult: {
			Arn: `arn:aws:iam::${ownerId}:user/ada`,
			UserId: 'AIDAEXAMPLE',
			Account: ownerId,
		},
	};
}
