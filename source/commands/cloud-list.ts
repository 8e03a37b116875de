import {traitsOf} from '../engine/cloud/cloud-traits.js';
import {checkCloudAddresses} from '../engine/credentials/check-credential.js';
import {columns} from './columns.js';
import type {Command} from './command.js';
import {sayProblems} from './say-problems.js';

export const cloudList: Command = {
	name: 'cloud list',
	summary: 'List the clouds, their credentials and what is on them',
	options: {regions: {value: 'CLOUD', help: 'list the regions that this cloud of Amazon tells of instead'}},
	examples: ['d2cm cloud list', 'd2cm cloud list --regions us-east-1'],
	async run({json, options, output, open}) {
		const d2cm = await open();
		const {clouds} = d2cm.database();
		const asked = options.value('regions');
		if (asked !== undefined) {
			const entry = clouds.find(({name}) => name === asked);
			const list = entry ? await d2cm.regions(entry) : {names: [], isLive: false};
			if (json) {
				output.printJson(list);
			} else {
				output.print(list.names.length > 0 ? list.names : `${asked} tells of no regions.`);
				if (list.why !== undefined) {
					output.remark(list.why);
				}
			}

			return 0;
		}

		const listed = await Promise.all(
			clouds.map(async cloud => ({...cloud, usedBy: await d2cm.usesOf({cloud: cloud.name})})),
		);
		if (json) {
			output.printJson(listed);
			return 0;
		}

		output.print(
			columns([
				['NAME', 'KIND', 'REGION', 'CREDENTIAL', 'EC2 ADDRESS', 'USED BY'],
				...listed.map(({name, kind, region, credential, ec2Url, usedBy}) => [
					name,
					traitsOf(kind).label,
					region || '-',
					credential || (traitsOf(kind).credential ? 'none yet' : 'none needed'),
					ec2Url || '-',
					usedBy.map(use => use.name).join(' ') || '-',
				]),
			]),
		);
		sayProblems(clouds.flatMap(checkCloudAddresses), output);
		return 0;
	},
};
