import {columns} from './columns.js';
import type {Command} from './command.js';

export const templateList: Command = {
	name: 'template list',
	summary: 'List the templates',
	examples: ['d2cm template list'],
	async run({json, output, open}) {
		const {templates} = (await open()).database();
		if (json) {
			output.printJson(templates);
		} else if (templates.length === 0) {
			output.print('There are no templates yet. Import one: d2cm template import FILE.yaml');
		} else {
			output.print(
				columns([
					['NAME', 'ROLES', 'DESCRIPTION'],
					...templates.map(({name, roles, description}) => [
						name,
						roles.map(role => `${role.count} ${role.name} of ${role.image}${role.spot ? ' (spot)' : ''}`).join(', '),
						description,
					]),
				]),
			);
		}

		return 0;
	},
};
