import type {Command} from './command.js';
import {hostKeyTable} from './host-key-table.js';

export const hostKeyList: Command = {
	name: 'host-key list',
	summary: 'Show the host keys that wait for your word',
	arguments: [{name: 'ID'}],
	details: ['What each instance of a deployment shows, and what was made for it.'],
	examples: ['d2cm host-key list A1B2C3', 'd2cm host-key list A1B2C3 --json'],
	async run({arguments: {id = ''}, json, output, open}) {
		const {openHostKeys = [], title} = await (await open()).job(id);
		if (json) {
			output.printJson(openHostKeys);
		} else {
			output.print(hostKeyTable(title, openHostKeys));
		}

		return 0;
	},
};
