import {columns} from './columns.js';
import type {Command} from './command.js';

export const priceList: Command = {
	name: 'price list',
	summary: 'Show what instance types of a cloud cost, and who says so',
	arguments: [{name: 'CLOUD'}],
	examples: ['d2cm price list local'],
	async run({arguments: {cloud = ''}, json, output, open}) {
		const types = await (await open()).instanceTypes(cloud);
		if (json) {
			output.printJson(types.map(({hourlyUsd, ...type}) => ({...type, hourlyUsd: hourlyUsd ?? null})));
		} else {
			output.print(
				columns([
					['TYPE', 'VCPUS', 'MIB', 'USD PER HOUR', 'FROM'],
					...types.map(({name, vcpus, memoryMib, hourlyUsd, priceSource}) => [
						name,
						String(vcpus),
						String(memoryMib),
						hourlyUsd === undefined ? 'unknown' : String(hourlyUsd),
						priceSource ?? (hourlyUsd === undefined ? '-' : 'the cloud'),
					]),
				]),
			);
		}

		return 0;
	},
};
