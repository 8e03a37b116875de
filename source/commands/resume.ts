import type {Command} from './command.js';

export const resume: Command = {
	name: 'resume',
	summary: 'Take up a job whose process died, or all of them',
	arguments: [{name: 'ID', optional: true}],
	details: ['A job that is running or has ended is left as it is.'],
	examples: ['d2cm resume', 'd2cm resume A1B2C3'],
	async run({arguments: given, json, output, open}) {
		const d2cm = await open();
		const jobs = given.id === undefined ? await d2cm.jobs() : [await d2cm.job(given.id)];
		const stopped = jobs.filter(({alive, end}) => !alive && !end);
		const resumed = [];
		for (const {id} of stopped) {
			const job = await d2cm.resumeJob(id);
			resumed.push(job);
			if (!json) {
				output.print(`Job ${id} (${job.title}) goes on. See it: d2cm events ${id} --follow`);
			}
		}

		if (json) {
			output.printJson(resumed);
		} else if (stopped.length === 0) {
			const [job] = jobs;
			const isOne = given.id !== undefined && job;
			output.print(
				isOne ? `Job ${job.id} ${job.end ? `has ended: ${job.end.state}` : 'is running'}.` : 'No job is stopped.',
			);
		}

		return 0;
	},
};
