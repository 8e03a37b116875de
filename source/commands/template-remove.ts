import type {Command} from './command.js';

export const templateRemove: Command = {
	name: 'template remove',
	summary: 'Forget a template',
	arguments: [{name: 'NAME'}],
	details: ['Deployments made from it stay as they are.'],
	examples: ['d2cm template remove monte-carlo'],
	async run({arguments: {name = ''}, json, output, open}) {
		await (await open()).removeTemplate(name);
		if (json) {
			output.printJson({removed: name});
		} else {
			output.print(`Template ${name} is forgotten.`);
		}

		return 0;
	},
};
