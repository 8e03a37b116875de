import type {Command} from './command.js';

export const amiRemove: Command = {
	name: 'ami remove',
	summary: 'Deregister an AMI in its cloud and forget it',
	arguments: [{name: 'ID'}],
	options: {
		cloud: {value: 'NAME', required: true, help: 'where it is'},
		'keep-data': {help: 'keep the snapshot or bundle it was made of, which goes on costing money'},
	},
	details: ['The image it was made from stays.'],
	examples: ['d2cm ami remove ami-0a1b2c3d4e5f60718 --cloud eu-west-1'],
	async run({arguments: {id = ''}, options, json, output, open}) {
		const d2cm = await open();
		const cloud = options.value('cloud') ?? '';
		const ami = d2cm.database().amis.find(one => one.cloud === cloud && one.id === id);
		const data = options.has('keep-data') ? 'keep' : 'delete';
		await d2cm.removeAmi(cloud, id, {data});
		const kept = data === 'keep' ? ami?.snapshot || ami?.location || '' : '';
		if (json) {
			output.printJson({removed: id, kept});
		} else {
			output.print(`${id} is deregistered.${kept === '' ? '' : ` Kept: ${kept}`}`);
		}

		return 0;
	},
};
