import {columns, localTime} from './columns.js';
import type {Command} from './command.js';
import {mebibytes} from './mebibytes.js';

export const imageList: Command = {
	name: 'image list',
	summary: 'List the images and the AMIs made from them',
	examples: ['d2cm image list', 'd2cm image list --json'],
	async run({json, output, open}) {
		const d2cm = await open();
		const {amis, images: known} = d2cm.database();
		const images = await Promise.all(
			known.map(async image => {
				const exposure = await d2cm.exposure(image.file);
				return {...image, ...(exposure !== undefined && {exposure})};
			}),
		);
		if (json) {
			output.printJson({images, amis});
		} else if (images.length === 0) {
			output.print('There are no images yet. Add one: d2cm image add NAME FILE.vdi');
		} else {
			const amisOf = (name: string) =>
				amis.filter(({image}) => image === name).map(({id, cloud}) => `${id} (${cloud})`);
			output.print(
				columns([
					['NAME', 'SYSTEM', 'SIZE', 'ADDED', 'VERDICT', 'AMIS', 'FILE'],
					...images.map(image => [
						image.name,
						`${image.os} ${image.architecture}`,
						mebibytes(image.virtualBytes),
						localTime(image.addedAt),
						image.verdict,
						amisOf(image.name).join(' ') || '-',
						image.file,
					]),
				]),
			);
			for (const {name, exposure} of images) {
				if (exposure !== undefined) {
					output.remark(`${name}: ${exposure}`);
				}
			}
		}

		return 0;
	},
};
