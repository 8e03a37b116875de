import * as z from 'zod';
import {isShaped} from '../ec2/shapes.js';

const productSchema = z.object({
	product: z.object({attributes: z.object({instanceType: z.string(), regionCode: z.string()})}),
	terms: z.object({
		OnDemand: z
			.record(
				z.string(),
				z.object({
					priceDimensions: z.record(
						z.string(),
						z.object({unit: z.string(), pricePerUnit: z.record(z.string(), z.string())}),
					),
				}),
			)
			.optional(),
	}),
});

export type Product = {readonly instanceType: string; readonly regionCode: string; readonly hourlyUsd: number};

/**
One entry of `PriceList`, which is JSON in a string. Undefined where it names no price in US dollars by the hour, or $0: the
list has entries of $0 for capacity that was paid for otherwise, and no instance is free.
*/
export function parseProduct(entry: string): Product | undefined {
	const {data} = productSchema.safeParse(parse(entry));
	if (!data) {
		return undefined;
	}

	const prices = Object.values(data.terms.OnDemand ?? {})
		.flatMap(({priceDimensions}) => Object.values(priceDimensions))
		.filter(({unit}) => unit === 'Hrs')
		.map(({pricePerUnit}) => Number(pricePerUnit['USD']))
		.filter(price => Number.isFinite(price) && price > 0);
	const {instanceType, regionCode} = data.product.attributes;
	return prices.length === 0 || !isShaped('instance type', instanceType)
		? undefined
		: {instanceType, regionCode, hourlyUsd: Math.max(...prices)};
}

function parse(entry: string): unknown {
	try {
		return JSON.parse(entry);
	} catch {
		return undefined;
	}
}
