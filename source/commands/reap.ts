import {CancelledError} from '../engine/errors/cancelled-error.js';
import {columns} from './columns.js';
import type {Command} from './command.js';

export const reap: Command = {
	name: 'reap',
	summary: 'List instances that no living job owns, and terminate them',
	options: {yes: {help: 'terminate them without being asked'}},
	details: [
		'Only instances of this data folder are looked at. Those of a stopped job are among them; resume it first to keep its data.',
		'Without --yes, nothing is terminated unless you say so on a terminal.',
	],
	examples: ['d2cm reap', 'd2cm reap --yes'],
	async run({options, json, output, open}) {
		const d2cm = await open();
		const orphans = await d2cm.orphans();
		if (!json) {
			output.print(
				orphans.length === 0
					? 'No instance is without a living job.'
					: columns([
							['INSTANCE', 'CLOUD', 'STATE', 'DEPLOYMENT'],
							...orphans.map(({instance, cloud, launchKey}) => [instance.id, cloud, instance.state, launchKey]),
						]),
			);
		}

		const isAsked = !json && output.isTerminal && orphans.length > 0 && !options.has('yes');
		if (isAsked && !(await output.confirm(`Terminate ${orphans.length === 1 ? 'it' : `all ${orphans.length}`}?`))) {
			throw new CancelledError('The termination');
		}

		const isWanted = orphans.length > 0 && (options.has('yes') || isAsked);
		if (isWanted) {
			await d2cm.reap(orphans);
		}

		if (json) {
			output.printJson({orphans, terminated: isWanted});
		} else if (orphans.length > 0) {
			output.print(isWanted ? 'They are terminated.' : 'Run `d2cm reap --yes` to terminate them.');
		}

		return 0;
	},
};
