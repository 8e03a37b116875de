import type {Cloud, InstanceType} from '../cloud.js';
import type {PriceList} from './cached-prices.js';

export type PriceSources = {
	/** What the user says, by instance type; undefined is `unknown`, and counts against every list. */
	readonly table: ReadonlyMap<string, number | undefined>;
	readonly list: () => Promise<PriceList | undefined>;
	/** Of the list, in words: `Amazon's price list`. */
	readonly listName: string;
};

/** Where a price is from that the user says. */
export const priceTable = 'the price table';

/** A cloud whose instance types have prices: the user's word first, then what the cloud says itself, then the list. */
export function withPrices(cloud: Cloud, {table, list, listName}: PriceSources): Cloud {
	return {
		...cloud,
		async instanceTypes() {
			const types = await cloud.instanceTypes();
			const isEnough = types.every(type => table.has(type.name) || type.hourlyUsd !== undefined);
			const known = isEnough ? undefined : await list();
			return types.map((type): InstanceType => {
				if (table.has(type.name)) {
					return {...type, hourlyUsd: table.get(type.name), priceSource: priceTable};
				}

				const price = type.hourlyUsd === undefined ? known?.prices[type.name] : undefined;
				return price === undefined
					? type
					: {...type, hourlyUsd: price, priceSource: `${listName} of ${known?.at.slice(0, 10)}`};
			});
		},
	};
}
