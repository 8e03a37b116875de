import {columns} from './columns.js';
import type {Command} from './command.js';

export const kernelList: Command = {
	name: 'kernel list',
	summary: 'Ask a cloud for its kernels and ramdisks',
	arguments: [{name: 'CLOUD'}],
	options: {
		architecture: {value: 'NAME', help: 'only those for x86_64 or i386'},
		known: {help: 'do not ask; list those that are known here'},
	},
	details: ['Only paravirtual images need them; those that D2CM makes for Amazon bring their own.'],
	examples: ['d2cm kernel list sci --architecture x86_64'],
	async run({arguments: {cloud = ''}, options, json, output, open}) {
		const d2cm = await open();
		const all = options.has('known')
			? d2cm.database().kernels.filter(kernel => kernel.cloud === cloud)
			: await d2cm.kernelsOf(cloud);
		const architecture = options.value('architecture');
		const kernels = all.filter(kernel => architecture === undefined || kernel.architecture === architecture);
		if (json) {
			output.printJson(kernels);
		} else if (kernels.length === 0) {
			output.print(`${cloud} has no kernels${architecture === undefined ? '' : ` for ${architecture}`}.`);
		} else {
			output.print(
				columns([
					['ID', 'KIND', 'ARCHITECTURE', 'RAMDISK', 'NAME'],
					...kernels.map(({id, kind, architecture: its, recommendedRamdisk, name}) => [
						id,
						kind,
						its || '-',
						recommendedRamdisk || '-',
						name,
					]),
				]),
			);
		}

		return 0;
	},
};
