import {UsageError} from '../engine/errors/usage-error.js';
import type {Command} from './command.js';

/** The process of a job: what `migrate`, `deploy`, `resume`, `finish` and `cancel` start and leave alone. */
export const job: Command = {
	name: 'job',
	summary: 'Work on a job until its end',
	arguments: [{name: 'KIND'}, {name: 'ID'}],
	options: {silent: {value: 'BEAT', help: 'the last sign of life of who had it on another host'}},
	examples: ['d2cm job deployment A1B2C3'],
	hidden: true,
	async run({arguments: {kind, id = ''}, options}) {
		if (kind !== 'deployment' && kind !== 'migration') {
			throw new UsageError(`There is no kind of job named ${kind}.`);
		}

		const {workOnJob} = await import('../actions/work-on-job.js');
		await workOnJob(id, options.value('silent'));
		return 0;
	},
};
