import type {Command} from './command.js';
import {mebibytes} from './mebibytes.js';

export const imageAdd: Command = {
	name: 'image add',
	summary: 'Register a VDI under a name',
	arguments: [{name: 'NAME'}, {name: 'FILE'}],
	details: ['The file is inspected first and stays where it is; D2CM never writes to it.'],
	examples: ['d2cm image add worker ~/VirtualBox\\ VMs/worker/worker.vdi'],
	async run({arguments: {name = '', file = ''}, json, output, open}) {
		const image = await (await open()).addImage(name, file);
		if (json) {
			output.printJson(image);
			return 0;
		}

		output.print(
			`Image ${name}: ${image.os}, ${image.architecture}, ${mebibytes(image.virtualBytes)}, ${image.verdict}.`,
		);
		return 0;
	},
};
