import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
	rolePolicy,
	trustPolicy,
	trustsImports,
} from '../../../../source/engine/migration/import-snapshot/role-policies.js';

test('what is to be pasted names the bucket as the part of Amazon does that the region is in', () => {
	for (const [region, partition] of [
		['eu-west-1', 'aws'],
		['cn-northwest-1', 'aws-cn'],
		['us-gov-east-1', 'aws-us-gov'],
		['us-isob-east-1', 'aws-iso-b'],
	] as const) {
		assert.deepEqual(JSON.parse(rolePolicy('images', region)).Statement[0].Resource, [
			`arn:${partition}:s3:::images`,
			`arn:${partition}:s3:::images/*`,
		]);
	}
});

test('only a role that Amazon’s import may take on is one', () => {
	assert.equal(trustsImports(trustPolicy), true);
	assert.equal(trustsImports(trustPolicy.replace('amazonaws.com', 'amazonaws.com.cn')), true);
	assert.equal(trustsImports(trustPolicy.replace('vmie.amazonaws.com', 'ec2.amazonaws.com')), false);
	assert.equal(trustsImports(trustPolicy.replace('vmie.amazonaws.com', 'vmie.amazonaws.community')), false);
	assert.equal(trustsImports(trustPolicy.replace('Allow', 'Deny')), false);
	assert.equal(trustsImports('{}'), false);
});
