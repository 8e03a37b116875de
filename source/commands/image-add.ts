import type {Command} from './command.js';
import {mebibytes} from './mebibytes.js';

export const imageAdd: Command = {
	name: 'image add',
	summary: 'Register a VDI under a name',
	arguments: [{name: 'NAME'}, {name: 'FILE'}],
	details: ['The file is inspected first and stays where it is; D2CM never writes to it.'],
	examples: ['d2cm image add worker ~/VirtualBox\\ VMs/worker/worker.vdi'],
	async run({arguments: {name = '', file = ''}, json, output, open}) {
		const d2cm = await open();
		const before = d2cm.database().images.find(one => one.name === name);
		const image = await d2cm.addImage(name, file);
		const exposure = await d2cm.exposure(image.file);
		if (json) {
			output.printJson({...image, ...(exposure !== undefined && {exposure}), ...(before && {replaces: before})});
			return 0;
		}

		output.print(
			`Image ${name}: ${image.os}, ${image.architecture}, ${mebibytes(image.virtualBytes)}, ${image.verdict}.`,
		);
		if (exposure !== undefined) {
			output.remark(exposure);
		}

		if (before) {
			const {fingerprint} = before;
			const how =
				fingerprint === undefined
					? 'may have changed'
					: fingerprint === image.fingerprint
						? 'is as it was'
						: 'has changed';
			output.remark(
				`${name} was registered already, on ${before.addedAt.slice(0, 16).replace('T', ' ')}; this takes its place. The disk ${how} since.`,
			);
		}

		return 0;
	},
};
