import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {AwsCalls} from '../../../../source/engine/cloud/ec2/aws-calls.js';
import {awaitImport} from '../../../../source/engine/migration/import-snapshot/await-import.js';
import {cannedSdk} from '../../../helpers/canned-sdk.js';

type Detail = {
	readonly Status?: string;
	readonly StatusMessage?: string;
	readonly Progress?: string;
	readonly SnapshotId?: string;
};

/** Waits for a task of which each look shows the next of these, and then the last one for ever; undefined: nothing. */
async function wait(...shown: ReadonlyArray<Detail | undefined>) {
	let looks = 0;
	const news: string[] = [];
	const calls = {
		ec2: cannedSdk(() => {
			const SnapshotTaskDetail = shown[Math.min(looks++, shown.length - 1)];
			return {ImportSnapshotTasks: SnapshotTaskDetail ? [{SnapshotTaskDetail}] : []};
		}),
		clock: {now: () => new Date(0), sleep: async () => undefined},
	};
	const end = await awaitImport(
		{
			calls: calls as unknown as AwsCalls,
			signal: new AbortController().signal,
			onTask: ({message, percent}) => news.push(`${message} ${percent}`),
		},
		'import-snap-1',
	).catch((error: Error) => `${error.name}: ${error.message}`);
	return {end, looks, news};
}

const active = (StatusMessage: string, Progress: string): Detail => ({Status: 'active', StatusMessage, Progress});

test('an import is waited for, and each news of it is told once', async () => {
	const done = {Status: 'completed', SnapshotId: 'snap-00000001'};
	const {end, news} = await wait(
		undefined,
		active('pending', '0'),
		active('pending', '0'),
		active('converting', '40'),
		done,
	);
	assert.equal(end, 'snap-00000001');
	assert.deepEqual(news, ['pending 0', 'converting 40']);
});

for (const [what, state, words] of [
	['is not known', undefined, /the cloud does not know it/],
	['is completed without a snapshot', {Status: 'completed'}, /it has made no snapshot/],
	['is being given up', {Status: 'deleting', StatusMessage: 'ClientError: bad disk'}, /ClientError: bad disk/],
] as const) {
	test(`an import that ${what} for two minutes has failed`, async () => {
		const {end, looks} = await wait(active('pending', '0'), state);
		assert.match(end, /^ImportFailedError: /);
		assert.match(end, words);
		assert.equal(looks, 1 + 24);
	});
}

test('an import that was given up has failed at once, and one without news after two hours', async () => {
	const given = await wait({Status: 'deleted', StatusMessage: 'ClientError: bad disk'});
	assert.match(given.end, /ClientError: bad disk/);
	assert.equal(given.looks, 1);
	const still = await wait(active('converting', '40'), active('converting', '41'));
	assert.match(still.end, /still converting, without any news for two hours/);
	assert.equal(still.looks, 2 + 1440);
});
