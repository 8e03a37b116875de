import {columns} from './columns.js';
import type {Command} from './command.js';
import {mebibytes} from './mebibytes.js';

export const amiList: Command = {
	name: 'ami list',
	summary: 'List the AMIs that are known',
	examples: ['d2cm ami list', 'd2cm ami list --json'],
	async run({json, output, open}) {
		const {amis} = (await open()).database();
		if (json) {
			output.printJson(amis);
		} else if (amis.length === 0) {
			output.print('There are no AMIs yet. Make one: d2cm migrate IMAGE --cloud NAME');
		} else {
			output.print(
				columns([
					['ID', 'IMAGE', 'CLOUD', 'STATUS', 'SIZE', 'MADE', 'WAY', 'MIGRATION'],
					...amis.map(({id, image, cloud, status = 'available', virtualBytes, createdAt, way, migration}) => [
						id,
						image || '-',
						cloud,
						status,
						virtualBytes === 0 ? '-' : mebibytes(virtualBytes),
						createdAt.slice(0, 10) || '-',
						way ?? '-',
						migration || '-',
					]),
				]),
			);
		}

		return 0;
	},
};
