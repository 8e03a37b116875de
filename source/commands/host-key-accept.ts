import {answerHostKey} from './answer-host-key.js';
import type {Command} from './command.js';

export const hostKeyAccept: Command = {
	name: 'host-key accept',
	summary: 'Accept host keys that instances show',
	arguments: [{name: 'ID'}, {name: 'NODE', optional: true}, {name: 'FINGERPRINT', optional: true}],
	options: {
		all: {help: 'all that wait for your word; they are listed first'},
		yes: {help: 'with --all: without being asked'},
	},
	details: [
		'For AMIs that do not install the host key made for them and do not show theirs on the console. The deployment waits and names the fingerprint that the instance shows among its events.',
		'Accept it only when you know it from elsewhere: whoever answers in its place shows one too.',
	],
	examples: [
		'd2cm host-key accept A1B2C3 master-1 SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8',
		'd2cm host-key accept A1B2C3 --all',
	],
	async run(call) {
		const {json, output} = call;
		const accepted = await answerHostKey(call, 'accept');
		if (json) {
			output.printJson({id: call.arguments.id, accepted});
		} else {
			const [one] = accepted;
			if (accepted.length > 1) {
				output.print(`${accepted.length} instances are taken for what they are.`);
			} else if (one) {
				output.print(`${one.node} is taken for what it is, under ${one.fingerprint}.`);
			}
		}

		return 0;
	},
};
