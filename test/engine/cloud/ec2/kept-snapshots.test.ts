import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Ec2Context} from '../../../../source/engine/cloud/ec2/ec2-context.js';
import {keptSnapshots} from '../../../../source/engine/cloud/ec2/owned/kept-snapshots.js';
import {cannedSdk} from '../../../helpers/canned-sdk.js';

type Asked = {
	readonly NextToken?: string;
	readonly IncludeDisabled?: boolean;
	readonly Filters?: ReadonlyArray<{readonly Name: string; readonly Values: readonly string[]}>;
};

const snapshot = (SnapshotId: string) => ({
	SnapshotId,
	VolumeSize: 1,
	State: 'completed',
	Tags: [{Key: 'd2cm:installation', Value: 'this-one'}],
});
const image = (SnapshotId: string) => ({BlockDeviceMappings: [{Ebs: {SnapshotId}}]});

test('of the snapshots of all pages, those are kept on purpose that no AMI has, on whatever page, be it disabled', async () => {
	const filters: Asked['Filters'][] = [];
	const ask = cannedSdk((action, {NextToken, IncludeDisabled, Filters}: Asked) => {
		if (action === 'DescribeSnapshots') {
			filters.push(Filters);
			return NextToken
				? {Snapshots: ['snap-5', 'snap-6'].map(snapshot)}
				: {Snapshots: ['snap-1', 'snap-2', 'snap-3'].map(snapshot), NextToken: '2'};
		}

		assert.equal(action, 'DescribeImages');
		return NextToken
			? {Images: [image('snap-3'), ...(IncludeDisabled ? [image('snap-5')] : [])]}
			: {Images: [image('snap-1')], NextToken: '2'};
	});
	const found = await keptSnapshots({ask} as unknown as Ec2Context).find('this-one');
	assert.deepEqual(
		found.map(({id, isKept}) => [id, isKept]),
		[
			['snap-2', true],
			['snap-6', true],
		],
	);
	assert.deepEqual(filters[0], [
		{Name: 'tag:d2cm:installation', Values: ['this-one']},
		{Name: 'status', Values: ['completed']},
	]);
});
