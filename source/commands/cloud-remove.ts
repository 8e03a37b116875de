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
		const d2cm = await open();
		await d2cm.removeCloud(name);
		if (d2cm.database().places.some(place => place.name === name)) {
			output.remark('Until it says that nothing is left there, `d2cm reap` goes on asking it.');
		}

		if (json) {
			output.printJson({removed: name});
		} else {
			output.print(`The cloud ${name} is forgotten.`);
		}

		return 0;
	},
};
