import type {DeploymentClone} from '../actions/d2cm.js';
import {changedRequest, changeOptions, limitsDetail} from './changed-request.js';
import type {Call, Command} from './command.js';
import {confirmAndStart} from './confirm-and-start.js';
import {deploymentOptions} from './deployment-options.js';
import {keepForLater} from './keep-for-later.js';

const {yes, 'unknown-price': unknownPrice, detach} = deploymentOptions;

export const clone: Command = {
	name: 'clone',
	summary: 'Run a deployment again, with changes or without',
	arguments: [{name: 'ID'}],
	options: {
		...changeOptions,
		later: {help: 'only make it; start it later with `d2cm start`'},
		yes,
		'unknown-price': unknownPrice,
		detach,
	},
	details: [
		'What is not given is as it was: its roles, scripts, uploads, checks and data to collect, and on the same cloud its AMIs, whatever became of the template since. Where the template differs now, it is said in which lines.',
		limitsDetail,
	],
	examples: ['d2cm clone A1B2C3 --size 2000000', 'd2cm clone A1B2C3 --count Slave=8 --later'],
	async run(call) {
		const {arguments: given, options, open} = call;
		const d2cm = await open();
		const before = await d2cm.cloneDeployment(given.id ?? '');
		if (!options.has('template-now')) {
			sayTemplateNow(before, call);
		}

		const request = await changedRequest(d2cm, before, call);
		return options.has('later') ? keepForLater(d2cm, request, call) : confirmAndStart(d2cm, request, call);
	},
};

function sayTemplateNow({request, template: {name}, templateNow, changes}: DeploymentClone, {output}: Call): void {
	if (templateNow === 'removed') {
		output.remark(`The template ${name} was removed since; this runs as ${request.rolesOf} did.`);
	} else if (templateNow === 'changed') {
		output.remark([
			`The template ${name} was changed since (- then, + now):`,
			...changes.map(line => `  ${line}`),
			`This runs as ${request.rolesOf} did. To take the template as it is now, add --template-now.`,
		]);
	}
}
