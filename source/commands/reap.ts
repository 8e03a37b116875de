import {CancelledError} from '../engine/errors/cancelled-error.js';
import type {Command} from './command.js';
import {orphanTable} from './orphan-table.js';

export const reap: Command = {
	name: 'reap',
	summary: 'List what no living job owns on any cloud, and remove it',
	options: {yes: {help: 'remove it without being asked'}},
	details: [
		'Only what this data folder has made is looked at: instances, volumes, addresses,\nsnapshots of unfinished uploads, security groups, key pairs.\nThose of a stopped job are among them; resume it first to keep its data.',
		'Without --yes, nothing is removed unless you say so on a terminal.',
	],
	examples: ['d2cm reap', 'd2cm reap --yes'],
	async run({options, json, output, open}) {
		const d2cm = await open();
		const {found: orphans, unasked} = await d2cm.orphans();
		for (const {cloud, why} of unasked) {
			output.remark(`What is on ${cloud} is not known: ${why}`);
		}

		if (!json) {
			output.print(orphans.length === 0 ? 'Nothing is without a living job.' : orphanTable(orphans));
		}

		const isAsked = !json && output.isTerminal && orphans.length > 0 && !options.has('yes');
		if (isAsked && !(await output.confirm(`Remove ${orphans.length === 1 ? 'it' : `all ${orphans.length}`}?`))) {
			throw new CancelledError('The removal');
		}

		const isWanted = orphans.length > 0 && (options.has('yes') || isAsked);
		if (isWanted) {
			await d2cm.reap(orphans);
		}

		if (json) {
			output.printJson({orphans, ...(unasked.length > 0 && {unasked}), terminated: isWanted});
		} else if (orphans.length > 0) {
			output.print(isWanted ? 'They are gone.' : 'Run `d2cm reap --yes` to remove them.');
		}

		return 0;
	},
};
