import type {Command} from './command.js';
import {readTextFile} from './read-text-file.js';

export const templateImport: Command = {
	name: 'template import',
	summary: 'Read a template from a YAML file',
	arguments: [{name: 'FILE'}],
	details: [
		'A template of the same name is replaced. Relative paths of uploads are taken from the folder of the file.',
	],
	examples: ['d2cm template import monte-carlo.yaml'],
	async run({arguments: {file = ''}, json, output, open}) {
		const {text, folder} = await readTextFile(file);
		const name = await (await open()).importTemplate(text, folder);
		if (json) {
			output.printJson({imported: name});
		} else {
			output.print(`Template ${name} is imported.`);
		}

		return 0;
	},
};
