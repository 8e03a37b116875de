import type {Command} from './command.js';
import {confirmPlan} from './confirm-and-start.js';
import {deploymentOptions} from './deployment-options.js';

const {yes, detach, 'unknown-price': unknownPrice} = deploymentOptions;

export const rerun: Command = {
	name: 'rerun',
	summary: 'Run a deployment again, the very same in everything',
	arguments: [{name: 'ID'}],
	options: {yes, 'unknown-price': unknownPrice, detach},
	details: ['The price is that of now. To change something, or to keep it for later, use `d2cm clone`.'],
	examples: ['d2cm rerun A1B2C3'],
	async run(call) {
		const d2cm = await call.open();
		return confirmPlan(d2cm, await d2cm.planRerun(call.arguments.id ?? ''), call);
	},
};
