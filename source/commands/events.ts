import {NotStartedError} from '../actions/errors/unrun-errors.js';
import type {Command} from './command.js';
import {eventLine} from './event-line.js';
import {followToEnd} from './follow-to-end.js';
import {progressFilter} from './progress-filter.js';

export const events: Command = {
	name: 'events',
	summary: 'Print what happened in a job, and go on while it runs',
	arguments: [{name: 'ID'}],
	options: {follow: {help: 'go on until the job ends; Ctrl-C only stops looking'}},
	details: [
		'Each line is: HH:MM:SS level role/instance message. With --json each record is printed as it is in the journal.',
		'With --follow the exit status tells how the job ended: 0 completed, 3 failed, 130 cancelled.',
	],
	examples: ['d2cm events A1B2C3 --follow', 'd2cm events A1B2C3 --json | jq -r .message'],
	async run({arguments: given, options, json, output, open}) {
		const d2cm = await open();
		const {id, folder, isUnrun} = await d2cm.job(given.id ?? '');
		if (isUnrun) {
			throw new NotStartedError(id);
		}

		if (options.has('follow')) {
			return followToEnd(d2cm, id, {output, json});
		}

		const [{readJournal}, {jobPaths}] = await Promise.all([
			import('../store/read-journal.js'),
			import('../store/paths.js'),
		]);
		const {records, damages} = await readJournal(jobPaths(folder).journal);
		const isWorthALine = progressFilter();
		for (const record of records) {
			const line = isWorthALine(record) ? eventLine(record) : undefined;
			if (json) {
				output.printJson(record);
			} else if (line !== undefined) {
				output.print(line);
			}
		}

		for (const damage of damages) {
			output.remark(damage);
		}

		return 0;
	},
};
