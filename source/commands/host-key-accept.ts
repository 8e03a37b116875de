import type {Command} from './command.js';

export const hostKeyAccept: Command = {
	name: 'host-key accept',
	summary: 'Accept the host key that an instance shows',
	arguments: [{name: 'ID'}, {name: 'NODE'}, {name: 'FINGERPRINT'}],
	details: [
		'For AMIs that do not install the host key made for them and do not show theirs on the console.\nThe deployment waits and names the fingerprint that the instance shows among its events.',
		'Accept it only when you know it from elsewhere: whoever answers in its place shows one too.',
	],
	examples: ['d2cm host-key accept A1B2C3 master-1 SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8'],
	async run({arguments: {id = '', node = '', fingerprint = ''}, json, output, open}) {
		await (await open()).acceptHostKey(id, node, fingerprint);
		if (json) {
			output.printJson({id, node, fingerprint});
		} else {
			output.print(`${node} is taken for what it is, under ${fingerprint}.`);
		}

		return 0;
	},
};
