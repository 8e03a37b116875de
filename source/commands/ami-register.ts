import type {Command} from './command.js';

export const amiRegister: Command = {
	name: 'ami register',
	summary: 'Make an AMI of a cloud known, or change its image',
	arguments: [{name: 'ID'}],
	options: {
		cloud: {value: 'NAME', required: true, help: 'where it is'},
		image: {value: 'IMAGE', help: 'the image it stands for: roles with it will run this AMI there'},
	},
	details: ['The cloud is asked whether it is there; one without a credential is not, and then you are believed.'],
	examples: ['d2cm ami register ami-0a1b2c3d4e5f60718 --cloud eu-west-1 --image worker'],
	async run({arguments: {id = ''}, options, json, output, open}) {
		const d2cm = await open();
		const cloud = options.value('cloud') ?? '';
		const known = d2cm.database().amis.find(ami => ami.cloud === cloud && ami.id === id);
		const image = options.value('image') ?? known?.image ?? '';
		const ami = await d2cm.registerAmi({id, cloud, image});
		if (json) {
			output.printJson(ami);
		} else {
			output.print(`${id} in ${cloud} is known${image === '' ? '' : ` and stands for ${image}`}.`);
		}

		return 0;
	},
};
