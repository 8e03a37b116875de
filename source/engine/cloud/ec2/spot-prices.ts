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
	for (let token: string | undefined; instanceTypes.length > 0; ) {
		const {SpotPriceHistory = [], NextToken} = await ask(
			'DescribeSpotPriceHistory',
			async (client, {DescribeSpotPriceHistoryCommand}, options) =>
				client.send(
					new DescribeSpotPriceHistoryCommand({
						InstanceTypes: [...instanceTypes] as never[],
						ProductDescriptions: ['Linux/UNIX'],
						// From now to now: of each zone, the price that holds.
						StartTime: now,
						EndTime: now,
						...(token && {NextToken: token}),
					}),
					options,
				),
		).catch((error: unknown) => {
			if (error instanceof NotAllowedError || hasCode(error, 'InvalidAction', 'UnsupportedOperation')) {
				return {SpotPriceHistory: [], NextToken: undefined};
			}

			throw error;
		});
		for (const {InstanceType: type, SpotPrice: price} of SpotPriceHistory) {
			const hourlyUsd = Number(price);
			if (type !== undefined && hourlyUsd > (prices.get(type)?.hourlyUsd ?? 0)) {
				prices.set(type, {hourlyUsd, at: now.toISOString()});
			}
		}

		if (!NextToken) {
			break;
		}

		token = NextToken;
	}

	return prices;
}
