import type {Command} from './command.js';

export const inspect: Command = {
	name: 'inspect',
	summary: 'Say what is in a VDI and whether it would run in a cloud',
	arguments: [{name: 'FILE'}],
	details: ['The file is only read, and only the parts of it that are needed.'],
	examples: ['d2cm inspect worker.vdi', 'd2cm inspect worker.vdi --json | jq .verdict'],
	async run({arguments: {file = ''}, json, output}) {
		// Not through the data folder: looking at a file needs none.
		const {inspectImage} = await import('../engine/images/inspect-image.js');
		const report = await inspectImage(file);
		if (json) {
			output.printJson(report);
		} else {
			const {reportText} = await import('./report-text.js');
			output.print(reportText(report));
		}

		return 0;
	},
};
