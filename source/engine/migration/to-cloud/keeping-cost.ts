import {formatBytes} from '../../host/format-bytes.js';
import type {CloudRules, RemoteWay, Uploaded} from './cloud-migration.js';

/** Amazon's list prices in us-east-1: US dollars for a GiB and a month. Other regions cost up to twice as much. */
const usdPerGibMonth = {snapshot: 0.05, object: 0.023};

/** What it costs to keep an AMI, in US dollars a month; undefined where the cloud's prices are not known. */
export function keepingUsd(
	way: RemoteWay,
	{storedBytes}: Pick<Uploaded, 'storedBytes'>,
	{prices}: Pick<CloudRules, 'prices'>,
): number | undefined {
	const price = way === 'bundle' ? usdPerGibMonth.object : usdPerGibMonth.snapshot;
	return prices === 'amazon' ? (storedBytes / 2 ** 30) * price : undefined;
}

export function keepingWords(storedBytes: number, usd: number | undefined): string {
	const size = formatBytes(storedBytes);
	return usd === undefined
		? `Keeping it takes ${size} there; what that costs is not known here.`
		: `Keeping it takes ${size} and costs about $${Math.max(0.01, usd).toFixed(2)} a month (Amazon's list price in us-east-1).`;
}
