import {pagesOf} from '../all-pages.js';
import {clientConfig, isJson} from '../ec2/aws-calls.js';
import {callPatiently} from '../ec2/call-patiently.js';
import {refuseWebPages} from '../refuse-web-pages.js';
import type {ListingRequest} from './listing-request.js';
import {parseProduct} from './parse-product.js';

/** The list for all regions is asked in this one. */
const pricingRegion = 'us-east-1';

/** Linux without licences, on shared hardware, on demand. */
const filters = {
	operatingSystem: 'Linux',
	tenancy: 'Shared',
	preInstalledSw: 'NA',
	capacitystatus: 'Used',
	licenseModel: 'No License required',
	marketoption: 'OnDemand',
};

/**
US dollars per hour of every instance type of the region, as Amazon's list has them.

@throws {AppError} As `callPatiently` does.
@see https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
*/
export async function amazonPrices({
	access,
	endpoint,
	clock,
	signal,
	patience,
}: ListingRequest): Promise<Readonly<Record<string, number>>> {
	const sdk = await import('./pricing-sdk.js');
	const config = await clientConfig({...access, region: pricingRegion}, endpoint);
	const client = refuseWebPages(new sdk.PricingClient(config), isJson);
	const prices = new Map<string, number>();
	try {
		const pages = pagesOf(async page =>
			callPatiently(
				'pricing:GetProducts',
				async options => client.send(new sdk.GetProductsCommand({...question(access.region), ...page}), options),
				{clock, signal, ...patience},
			).then(({PriceList, NextToken}) => [PriceList, NextToken]),
		);
		for await (const products of pages) {
			for (const product of products.map((entry: unknown) => parseProduct(String(entry)))) {
				if (product?.regionCode === access.region) {
					// Where the list has more than one, the dearest: better to be surprised by a smaller bill.
					prices.set(product.instanceType, Math.max(product.hourlyUsd, prices.get(product.instanceType) ?? 0));
				}
			}
		}

		return Object.fromEntries(prices);
	} finally {
		client.destroy();
	}
}

const question = (regionCode: string) => ({
	ServiceCode: 'AmazonEC2',
	FormatVersion: 'aws_v1',
	MaxResults: 100,
	Filters: Object.entries({...filters, regionCode}).map(([Field, Value]) => ({
		Type: 'TERM_MATCH' as const,
		Field,
		Value,
	})),
});
