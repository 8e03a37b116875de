import {UsageError} from '../engine/errors/usage-error.js';
import type {Command} from './command.js';

export const priceSet: Command = {
	name: 'price set',
	summary: 'Say what an instance type of a cloud costs',
	arguments: [{name: 'CLOUD'}, {name: 'TYPE'}, {name: 'USD'}],
	details: [
		'USD is a price per hour, `unknown` where nobody knows it, or `listed` to forget what was said here.',
		'What is said here counts more than any price list.',
	],
	examples: ['d2cm price set science m1.large 0.12', 'd2cm price set science m1.large unknown'],
	async run({arguments: {cloud = '', type = '', usd = ''}, json, output, open}) {
		const hourlyUsd = readPrice(usd);
		await (await open()).setPrice(cloud, type, hourlyUsd);
		if (json) {
			output.printJson({cloud, type, hourlyUsd: hourlyUsd ?? null});
		} else {
			output.print(
				`${type} on ${cloud}: ${usd === 'listed' ? 'as it is listed' : usd === 'unknown' ? 'unknown' : `$${usd} per hour`}.`,
			);
		}

		if (hourlyUsd === 0) {
			output.remark('At $0 nothing is counted against a cap of spending. Say `unknown` where the price is not known.');
		}

		return 0;
	},
};

function readPrice(text: string): number | null | undefined {
	if (text === 'unknown') {
		return null;
	}

	if (text === 'listed') {
		return undefined;
	}

	const price = Number(text);
	if (text.trim() === '' || !Number.isFinite(price) || price < 0) {
		throw new UsageError(`A price is US dollars per hour, \`unknown\` or \`listed\`, and ${text} is none of them.`);
	}

	return price;
}
