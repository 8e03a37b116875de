import type {Command} from './command.js';
import {readTextFile} from './read-text-file.js';

export const templateImport: Command = {
	name: 'template import',
	summary: 'Read a template from a YAML file',
	arguments: [{name: 'FILE'}],
	details: [
		'What would stop a deployment of it as things are now (an image or a file that is not there) is told at once, and may still come.',
		'A template of the same name is replaced. Relative paths of uploads are taken from the folder of the file.',
	],
	examples: ['d2cm template import monte-carlo.yaml'],
	async run({arguments: {file = ''}, json, output, open}) {
		const {bytes, folder} = await readTextFile(file);
		const {name, findings} = await (await open()).importTemplate(bytes, folder);
		if (json) {
			output.printJson({imported: name, findings});
			return 0;
		}

		output.print(`Template ${name} is imported.`);
		for (const {level, text} of findings) {
			output.remark(level === 'fault' ? `It cannot be deployed like this: ${text}.` : `${text}.`);
		}

		return 0;
	},
};
