import type {Command} from './command.js';
import {confirmAndStart} from './confirm-and-start.js';
import {deploymentOptions, readCounts, readLimits, readMarket, readSize, readTypes} from './deployment-options.js';
import {keepForLater} from './keep-for-later.js';

export const deploy: Command = {
	name: 'deploy',
	summary: 'Run a template in a cloud',
	arguments: [{name: 'TEMPLATE'}],
	options: {
		cloud: {value: 'NAME', required: true, help: 'the cloud to run it in; `local` is this machine'},
		size: {value: 'N', help: 'problem size, for the scripts D2CM_PROBLEM_SIZE (default: that of the template)'},
		...deploymentOptions,
		later: {help: 'only make it; start it later with `d2cm start`'},
		type: {...deploymentOptions.type, help: 'instance type of a role (default: the smallest that fits)'},
	},
	details: [
		'The hourly price is shown and asked about first. Then the deployment runs in a process of its own, and its events are shown until it ends; Ctrl-C only stops looking at it (exit status 0).',
		'With --json the first line is {"job": ...}, each further one a record of the journal.',
		'Exit status: 0 completed or left to go on, 3 failed or not agreed to, 130 cancelled.',
	],
	examples: [
		'd2cm deploy monte-carlo --cloud local --size 1000000',
		'd2cm deploy monte-carlo --cloud local --size 5e6 --count Slave=4 --type Master=local.medium --yes --detach',
		'd2cm deploy monte-carlo --cloud aws --size 5e6 --later',
		'd2cm deploy monte-carlo --cloud aws --size 5e6 --type Slave=m5.large --spot Slave --other-type Slave=m6i.large',
	],
	async run(call) {
		const {arguments: given, options, open} = call;
		const request = {
			template: given.template ?? '',
			cloud: options.value('cloud') ?? '',
			...readSize(options),
			types: readTypes(options),
			counts: readCounts(options),
			...readMarket(options),
			...readLimits(options),
		};
		const d2cm = await open();
		return options.has('later') ? keepForLater(d2cm, request, call) : confirmAndStart(d2cm, request, call);
	},
};
