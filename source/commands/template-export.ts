import type {Command} from './command.js';

export const templateExport: Command = {
	name: 'template export',
	summary: 'Print a template as YAML',
	arguments: [{name: 'NAME'}],
	examples: ['d2cm template export monte-carlo > monte-carlo.yaml'],
	async run({arguments: {name = ''}, json, output, open}) {
		const d2cm = await open();
		const yaml = d2cm.exportTemplate(name);
		if (json) {
			output.printJson(d2cm.database().templates.find(template => template.name === name));
		} else {
			output.print(yaml.trimEnd().split('\n'));
		}

		return 0;
	},
};
