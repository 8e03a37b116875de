import type {Command} from './command.js';

export const imageRemove: Command = {
	name: 'image remove',
	summary: 'Forget an image',
	arguments: [{name: 'NAME'}],
	details: ['The VDI itself and the AMIs made from it stay.'],
	examples: ['d2cm image remove worker'],
	async run({arguments: {name = ''}, json, output, open}) {
		await (await open()).removeImage(name);
		if (json) {
			output.printJson({removed: name});
		} else {
			output.print(`Image ${name} is forgotten; its file stays.`);
		}

		return 0;
	},
};
