// Runs a job in the folder argv[2] whose work is named by argv[3], on the host argv[4] if given; exits with 0 when it is over, 75
// when another has it.

import {type JobRun, runJob} from '../../source/actions/run-job.js';
import {AppError} from '../../source/engine/errors/app-error.js';
import {simulatedHost} from './lock-hosts.js';

class TestError extends AppError {
	override readonly name = 'TestError';
	override readonly hint = 'Mend it.';
}

const works: Readonly<Record<string, (run: JobRun) => Promise<void>>> = {
	async done({journal}) {
		await journal.append({kind: 'event', level: 'info', message: 'did it'});
	},
	/** Goes on until it is cancelled. */
	async endless({journal, cancel}) {
		for (let count = 1; ; count++) {
			await journal.append({kind: 'event', level: 'info', message: `count ${count}`});
			await new Promise(resolve => setTimeout(resolve, 20));
			cancel.throwIfAborted();
		}
	},
	async fails() {
		throw new TestError('It cannot be done.');
	},
	async bug() {
		throw new TypeError('a is not a function');
	},
};

const [, , folder = '', work = '', name] = process.argv;
const options = name === undefined ? {} : {host: await simulatedHost(name)};
process.exit((await runJob(folder, async run => works[work]?.(run), options)) ? 0 : 75);
