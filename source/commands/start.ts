import type {Command} from './command.js';
import {confirmPlan} from './confirm-and-start.js';
import {deploymentOptions} from './deployment-options.js';

const {yes, detach, 'unknown-price': unknownPrice} = deploymentOptions;

export const start: Command = {
	name: 'start',
	summary: 'Start a deployment that was made and not run yet',
	arguments: [{name: 'ID'}],
	options: {yes, 'unknown-price': unknownPrice, detach},
	details: ['It is checked again, and its hourly price is that of now; it is shown and asked about first.'],
	examples: ['d2cm start A1B2C3', 'd2cm start A1B2C3 --yes --detach'],
	async run(call) {
		const d2cm = await call.open();
		return confirmPlan(d2cm, await d2cm.planStart(call.arguments.id ?? ''), call);
	},
};
