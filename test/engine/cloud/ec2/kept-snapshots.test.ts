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
				? {Snapshots: ['snap-00000005', 'snap-00000006'].map(snapshot)}
				: {Snapshots: ['snap-00000001', 'snap-00000002', 'snap-00000003'].map(snapshot), NextToken: '2'};
		}

		assert.equal(action, 'DescribeImages');
		return NextToken
			? {Images: [image('snap-00000003'), ...(IncludeDisabled ? [image('snap-00000005')] : [])]}
			: {Images: [image('snap-00000001')], NextToken: '2'};
	});
	const found = await keptSnapshots({ask} as unknown as Ec2Context).find('this-one');
	assert.deepEqual(
		found.map(({id, isKept}) => [id, isKept]),
		[
			['snap-00000002', true],
			['snap-00000006', true],
		],
	);
	assert.deepEqual(filters[0], [
		{Name: 'tag:d2cm:installation', Values: ['this-one']},
		{Name: 'status', Values: ['completed']},
	]);
});
