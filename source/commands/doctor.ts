import {columns} from './columns.js';
import type {Command} from './command.js';

export const doctor: Command = {
	name: 'doctor',
	summary: 'Say what this machine can do for D2CM',
	details: ['Exit status: 0 when everything needed is there, 3 when something is missing.'],
	examples: ['d2cm doctor'],
	async run({json, output, open}) {
		const findings = await (await open()).doctor();
		if (json) {
			output.printJson(findings);
		} else {
			output.print(columns(findings.map(({subject, ok, found}) => [ok ? 'ok' : 'MISSING', subject, found])));
			for (const {ok, hint} of findings) {
				if (!ok && hint !== undefined) {
					output.print(hint);
				}
			}
		}

		return findings.every(({ok}) => ok) ? 0 : 3;
	},
};
