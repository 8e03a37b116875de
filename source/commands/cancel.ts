import type {Command} from './command.js';

export const cancel: Command = {
	name: 'cancel',
	summary: 'End a job at once, without collecting data',
	arguments: [{name: 'ID'}],
	details: ['Its instances are terminated by the process of the job, which goes on until they are.'],
	examples: ['d2cm cancel A1B2C3'],
	async run({arguments: given, json, output, open}) {
		const d2cm = await open();
		const id = given.id ?? '';
		await d2cm.cancelJob(id);
		const job = await d2cm.job(id);
		if (json) {
			output.printJson(job);
		} else if (job.end) {
			output.print(`Job ${id} has ended: ${job.end.state}.`);
		} else {
			output.print(`Job ${id} is being ended. See it: d2cm events ${id} --follow`);
		}

		return 0;
	},
};
