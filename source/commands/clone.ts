import type {Command} from './command.js';
import {confirmAndStart} from './confirm-and-start.js';
import {deploymentOptions, readCounts, readLimits, readMarket, readSize, readTypes} from './deployment-options.js';

export const clone: Command = {
	name: 'clone',
	summary: 'Run a deployment again, with changes or without',
	arguments: [{name: 'ID'}],
	options: {
		cloud: {value: 'NAME', help: 'another cloud'},
		size: {value: 'N', help: 'another problem size'},
		...deploymentOptions,
	},
	details: ['What is not given is as it was. The template is taken as it is now.'],
	examples: ['d2cm clone A1B2C3 --size 2000000'],
	async run(call) {
		const {arguments: given, options, open} = call;
		const changes = {
			...readSize(options),
			types: readTypes(options),
			counts: readCounts(options),
			...readLimits(options),
		};
		const {spot, otherTypes, spotMaxUsd} = readMarket(options);
		const d2cm = await open();
		const before = await d2cm.cloneDeployment(given.id ?? '');
		return confirmAndStart(
			d2cm,
			{
				...before,
				...changes,
				cloud: options.value('cloud') ?? before.cloud,
				types: {...before.types, ...changes.types},
				counts: {...before.counts, ...changes.counts},
				spot: {...before.spot, ...spot},
				otherTypes: {...before.otherTypes, ...otherTypes},
				spotMaxUsd: {...before.spotMaxUsd, ...spotMaxUsd},
			},
			call,
		);
	},
};
