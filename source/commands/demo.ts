import type {Command} from './command.js';
import {startedJob} from './started-job.js';

export const demo: Command = {
	name: 'demo',
	summary: 'Show the whole way, from a sample desktop to results',
	options: {
		vdi: {value: 'FILE', help: 'a VDI of your own instead of the sample'},
		detach: {help: 'start it and do not wait'},
	},
	details: [
		'Runs on the local cloud and costs nothing. On a terminal the deployment is shown live in D2CM; otherwise, and with --json, its events are printed.',
	],
	examples: ['d2cm demo', 'd2cm demo --vdi worker.vdi'],
	async run(call) {
		const {options, json, output, open, show} = call;
		const {startDemo} = await import('../actions/demo.js');
		const d2cm = await open();
		const vdi = options.value('vdi');
		const say = (line: string) => (json ? output.remark(line) : output.print(line));
		const started = await startDemo(d2cm, {say, ...(vdi !== undefined && {vdi})});
		if (json || options.has('detach') || !output.isTerminal) {
			return startedJob(d2cm, started, call);
		}

		await show({deployment: started.id});
		const {end, folder} = await d2cm.job(started.id);
		output.print(end ? `The demo ended: ${end.state}. Its folder: ${folder}` : `Its folder will be ${folder}`);
		return end && end.state !== 'COMPLETED' ? {FAILED: 3, CANCELLED: 130}[end.state] : 0;
	},
};
