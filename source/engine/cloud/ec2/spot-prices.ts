import {allPages} from '../all-pages.js';
import type {SpotPrice} from '../cloud.js';
import {type Ec2Context, hasCode} from './ec2-context.js';
import {NotAllowedError} from './errors/not-allowed-error.js';

/**
What spot instances cost now, in the dearest zone, since nobody knows which one there will be. Prices that may not be read are
not known.
*/
export async function spotPrices(
	{ask, clock}: Pick<Ec2Context, 'ask' | 'clock'>,
	instanceTypes: readonly string[],
): Promise<ReadonlyMap<string, SpotPrice>> {
	const now = clock.now();
	const prices = new Map<string, SpotPrice>();
	const history = instanceTypes.length === 0 ? [] : await readHistory(ask, instanceTypes, now);
	for (const {InstanceType: type, SpotPrice: price} of history) {
		const hourlyUsd = Number(price);
		if (type !== undefined && hourlyUsd > (prices.get(type)?.hourlyUsd ?? 0)) {
			prices.set(type, {hourlyUsd, at: now.toISOString()});
		}
	}

	return prices;
}

async function readHistory(ask: Ec2Context['ask'], instanceTypes: readonly string[], now: Date) {
	const question = {
		InstanceTypes: [...instanceTypes] as never[],
		ProductDescriptions: ['Linux/UNIX'],
		// From now to now: of each zone, the price that holds.
		StartTime: now,
		EndTime: now,
	};
	try {
		return await allPages(async page =>
			ask('DescribeSpotPriceHistory', async (client, {DescribeSpotPriceHistoryCommand}, options) =>
				client.send(new DescribeSpotPriceHistoryCommand({...question, ...page}), options),
			).then(({SpotPriceHistory, NextToken}) => [SpotPriceHistory, NextToken]),
		);
	} catch (error) {
		if (error instanceof NotAllowedError || hasCode(error, 'InvalidAction', 'UnsupportedOperation')) {
			return [];
		}

		throw error;
	}
}
