import {jobNodeEnvironment, jobNodeOptions} from '../source/actions/job-node-options.js';
import {measureProcess, type ProcessCost} from './measure-process.js';

/** What a program costs that is run as the process of a job is; it reads its order from its input. */
export async function measureJob(program: string, order: object): Promise<ProcessCost> {
	return measureProcess(process.execPath, [...jobNodeOptions, program], {
		input: JSON.stringify(order),
		env: {...process.env, ...jobNodeEnvironment},
	});
}
