import type {JobSummary} from '../actions/d2cm.js';
import {resumeStopped} from '../actions/resume-stopped.js';
import {processWords} from '../store/lock-words.js';
import type {Command} from './command.js';
import {sayListening} from './listening.js';

export const resume: Command = {
	name: 'resume',
	summary: 'Take up a job whose process died, or all of them',
	arguments: [{name: 'ID', optional: true}],
	details: [
		'A job that is running or has ended is left as it is.',
		'Where another host works on it, or did, that host is listened for: it is taken over once nothing was heard of it for 45 seconds.',
	],
	examples: ['d2cm resume', 'd2cm resume A1B2C3'],
	async run({arguments: given, json, output, open}) {
		const d2cm = await open();
		const sure = {isToBeSure: true};
		for (const job of await (given.id === undefined ? d2cm.jobs() : [await d2cm.job(given.id)])) {
			sayListening(job, output);
		}

		const only = given.id === undefined ? undefined : await d2cm.job(given.id, sure);
		const {resumed, failed} = await resumeStopped({
			jobs: async () => (only ? [only] : d2cm.jobs(sure)),
			resumeJob: d2cm.resumeJob,
		});
		for (const {id, title} of json ? [] : resumed) {
			output.print(`Job ${id} (${title}) goes on. See it: d2cm events ${id} --follow`);
		}

		const [first] = failed;
		if (first) {
			throw first.error;
		}

		if (json) {
			output.printJson(resumed);
		} else if (resumed.length === 0) {
			output.print(only ? `Job ${only.id} ${whyNot(only)}.` : 'No job is stopped.');
		}

		return 0;
	},
};

function whyNot({id, end, isUnrun, elsewhere}: JobSummary): string {
	if (isUnrun) {
		return `was not started yet: d2cm start ${id}`;
	}

	if (end) {
		return `has ended: ${end.state}`;
	}

	return elsewhere ? `is running in ${processWords(elsewhere)}, which was heard of just now` : 'is running';
}
