import {pagesOf} from '../../cloud/all-pages.js';
import type {AwsCalls} from '../../cloud/ec2/aws-calls.js';
import type {QuotaName} from '../../cloud/prices/service-quotas.js';
import type {CloudMigrationContext, RemoteWay} from './cloud-migration.js';
import {QuotaReachedError} from './errors/quota-reached-error.js';

type Needed = {
	readonly things: string;
	readonly quota: QuotaName;
	readonly ways: readonly RemoteWay[];
	/** A page of them, and where the next begins. */
	readonly page: (calls: AwsCalls, page: {readonly NextToken?: string}, signal: AbortSignal) => Promise<Page>;
};

type Page = readonly [things: readonly unknown[] | undefined, next: string | undefined];

/**
What a migration takes one of.

@see https://docs.aws.amazon.com/general/latest/gr/ebs-service.html
@see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-quotas.html
*/
const needs: readonly Needed[] = [
	{
		things: 'snapshots',
		quota: {service: 'ebs', code: 'L-309BACF6'},
		ways: ['ebs-direct', 'import-snapshot'],
		async page(calls, page, signal) {
			const {Snapshots, NextToken} = await calls.ec2(
				'DescribeSnapshots',
				async (client, {DescribeSnapshotsCommand}, options) =>
					client.send(new DescribeSnapshotsCommand({OwnerIds: ['self'], MaxResults: 1000, ...page}), options),
				signal,
			);
			return [Snapshots, NextToken];
		},
	},
	{
		things: 'AMIs',
		quota: {service: 'ec2', code: 'L-B665C33B'},
		ways: ['ebs-direct', 'import-snapshot', 'bundle'],
		async page(calls, page, signal) {
			const {Images, NextToken} = await calls.ec2(
				'DescribeImages',
				async (client, {DescribeImagesCommand}, options) =>
					client.send(
						// Disabled ones count, too.
						new DescribeImagesCommand({Owners: ['self'], IncludeDisabled: true, MaxResults: 1000, ...page}),
						options,
					),
				signal,
			);
			return [Images, NextToken];
		},
	},
];

/**
Whether the account may have one more of what the migration makes. A quota that cannot be read is a remark: the cloud says the
same later, after the upload.

@throws {QuotaReachedError}
*/
export async function checkQuotas({
	migration,
	calls,
	readQuota,
	signal,
	say,
}: Pick<CloudMigrationContext, 'migration' | 'calls' | 'readQuota' | 'signal' | 'say'>): Promise<void> {
	const wanted = needs.filter(({ways}) => ways.includes(migration.way));
	const unread: string[] = [];
	for (const {things, quota, page} of wanted) {
		const limit = await readQuota?.(quota);
		if (limit === undefined) {
			unread.push(things);
			continue;
		}

		const used = await count(async next => page(calls, next, signal), limit.value);
		if (used >= limit.value) {
			throw new QuotaReachedError(things, used, limit.name, limit.value);
		}
	}

	if (unread.length > 0) {
		await say(`How many ${unread.join(' and ')} the account may have on ${migration.cloud} is not known here`);
	}
}

/** Counts no further than what decides. */
async function count(ask: Parameters<typeof pagesOf>[0], most: number): Promise<number> {
	let sum = 0;
	for await (const things of pagesOf(ask)) {
		sum += things.length;
		if (sum >= most) {
			break;
		}
	}

	return sum;
}
