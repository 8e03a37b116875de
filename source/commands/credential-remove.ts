import type {Command} from './command.js';

export const credentialRemove: Command = {
	name: 'credential remove',
	summary: 'Forget a credential that no cloud uses',
	arguments: [{name: 'NAME'}],
	details: ['Files with keys and certificates stay where they are.'],
	examples: ['d2cm credential remove lab'],
	async run({arguments: {name = ''}, json, output, open}) {
		await (await open()).removeCredential(name);
		if (json) {
			output.printJson({removed: name});
		} else {
			output.print(`The credential ${name} is forgotten.`);
		}

		return 0;
	},
};
