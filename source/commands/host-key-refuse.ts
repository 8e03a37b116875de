import {answerHostKey} from './answer-host-key.js';
import type {Command} from './command.js';

export const hostKeyRefuse: Command = {
	name: 'host-key refuse',
	summary: 'Refuse host keys that instances show',
	arguments: [{name: 'ID'}, {name: 'NODE', optional: true}, {name: 'FINGERPRINT', optional: true}],
	options: {all: {help: 'all that wait for your word'}},
	details: [
		'The deployment then ends at once, and its instances are terminated. A host key that is neither accepted nor refused ends it when the time is over that its event names.',
	],
	examples: [
		'd2cm host-key refuse A1B2C3 master-1 SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8',
		'd2cm host-key refuse A1B2C3 --all',
	],
	async run(call) {
		const {json, output} = call;
		const refused = await answerHostKey(call, 'refuse');
		if (json) {
			output.printJson({id: call.arguments.id, refused});
		} else if (refused.length > 0) {
			output.print(`${refused.map(({node}) => node).join(', ')}: refused. The deployment ends.`);
		}

		return 0;
	},
};
