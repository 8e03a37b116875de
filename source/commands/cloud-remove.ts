import type {Command} from './command.js';

export const cloudRemove: Command = {
	name: 'cloud remove',
	summary: 'Forget a cloud that nothing known is on',
	arguments: [{name: 'NAME'}],
	details: [
		'What is in the cloud stays there. While AMIs or deployments on it are known here, they are named instead.',
	],
	examples: ['d2cm cloud remove sci'],
	async run({arguments: {name = ''}, json, output, open}) {
		await (await open()).removeCloud(name);
		if (json) {
			output.printJson({removed: name});
		} else {
			output.print(`The cloud ${name} is forgotten.`);
		}

		return 0;
	},
};
