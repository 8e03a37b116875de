import type {Account} from './check-signature.js';
import type {ImportRules} from './import-actions.js';
import type {Query} from './query.js';
import {ServiceError} from './service-error.js';
import type {XmlTree} from './xml.js';

export const iamVersion = '2010-05-08';

/** Amazon's IAM, as far as the role for imports goes. The answer is inside `<ActionResult>`. */
export function iamAction(query: Query, account: Account, {hasRole, trustsNobody = false}: ImportRules): XmlTree {
	const action = query.needed('Action');
	if (action !== 'GetRole') {
		throw new ServiceError(400, 'InvalidAction', `The action ${action} is not valid for this web service.`);
	}

	if (account.denied.has(action)) {
		throw new ServiceError(403, 'AccessDenied', 'You are not authorized to perform this operation.');
	}

	const name = query.needed('RoleName');
	if (!hasRole || name !== 'vmimport') {
		throw new ServiceError(404, 'NoSuchEntity', `The role with name ${name} cannot be found.`);
	}

	const service = trustsNobody ? 'ec2.amazonaws.com' : 'vmie.amazonaws.com';
	const policy = {
		Version: '2012-10-17',
		Statement: [{Effect: 'Allow', Principal: {Service: service}, Action: 'sts:AssumeRole'}],
	};
	return {
		GetRoleResult: {
			Role: {
				Path: '/',
				RoleName: name,
				RoleId: 'AROATEST',
				Arn: `arn:aws:iam::123456789012:role/${name}`,
				CreateDate: '2026-01-01T00:00:00Z',
				AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(policy)),
			},
		},
	};
}
