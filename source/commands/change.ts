import {UsageError} from '../engine/errors/usage-error.js';
import {changedRequest, changeOptions, limitsDetail} from './changed-request.js';
import type {Command} from './command.js';
import {sayKept} from './keep-for-later.js';

export const change: Command = {
	name: 'change',
	summary: 'Change a deployment that was not started yet',
	arguments: [{name: 'ID'}],
	options: changeOptions,
	details: [
		'What is not given stays as it is. Scripts, uploads, checks and data to collect are those of its own copy of the template: change the template, then take it over with --template-now.',
		limitsDetail,
	],
	examples: ['d2cm change A1B2C3 --size 2000000 --count Slave=4', 'd2cm change A1B2C3 --template-now'],
	async run(call) {
		const {arguments: given, options, open} = call;
		if (!Object.keys(changeOptions).some(name => options.has(name) || options.values(name).length > 0)) {
			throw new UsageError('It is not said what to change.');
		}

		const d2cm = await open();
		const id = given.id ?? '';
		const before = await d2cm.cloneDeployment(id);
		const job = await d2cm.changeDeployment(id, await changedRequest(d2cm, before, call));
		return sayKept(d2cm, job, `Deployment ${id} is changed.`, call);
	},
};
