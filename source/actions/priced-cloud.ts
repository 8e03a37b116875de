import {join} from 'node:path';
import type {Cloud} from '../engine/cloud/cloud.js';
import {traitsOf} from '../engine/cloud/cloud-traits.js';
import type {PriceList} from '../engine/cloud/prices/cached-prices.js';
import {withPrices} from '../engine/cloud/prices/with-prices.js';
import {isAmazonAddress} from '../engine/credentials/amazon-address.js';
import type {Database} from '../store/database.js';
import type {HomePaths} from '../store/paths.js';
import {cloudAccess} from './cloud-access.js';
import {findNamed} from './named-entries.js';

/** Nobody waits long for a price. */
const patience = {attemptTimeoutMs: 15_000, mostAttempts: 3};

/** A cloud with the prices of the user's table and, at Amazon's own addresses, of its list. */
export function pricedCloud(cloud: Cloud, database: Database, paths: HomePaths): Cloud {
	const {kind, ec2Url, region} = findNamed('cloud', database.clouds, cloud.name);
	const table = new Map(
		database.prices
			.filter(price => price.cloud === cloud.name)
			.map(({type, hourlyUsd}) => [type, hourlyUsd ?? undefined]),
	);
	// A stand-in for Amazon has no list of its own, unless the environment says where.
	const hasList =
		traitsOf(kind).prices === 'amazon' &&
		(ec2Url === '' || isAmazonAddress(ec2Url) || process.env['AWS_ENDPOINT_URL_PRICING'] !== undefined);
	const list = async (): Promise<PriceList | undefined> => {
		const [{cachedPrices}, {amazonPrices}, {systemClock}] = await Promise.all([
			import('../engine/cloud/prices/cached-prices.js'),
			import('../engine/cloud/prices/amazon-prices.js'),
			import('../engine/host/system-clock.js'),
		]);
		const {signal} = new AbortController();
		return cachedPrices(join(paths.prices, `${region || 'us-east-1'}.json`), systemClock, async () =>
			amazonPrices({access: cloudAccess(cloud.name, database), clock: systemClock, signal, patience}),
		);
	};
	return withPrices(cloud, {table, list: hasList ? list : async () => undefined, listName: 'Amazon’s price list'});
}
