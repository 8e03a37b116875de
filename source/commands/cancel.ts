import {type AtStake, atStakeSentence} from '../engine/deployments/at-stake.js';
import type {Call, Command} from './command.js';
import {sayListening} from './listening.js';
import {NotConfirmedError} from './not-confirmed-error.js';
import {sentence} from './wrap-words.js';

export const cancel: Command = {
	name: 'cancel',
	summary: 'End a job at once, without collecting data',
	arguments: [{name: 'ID'}],
	options: {'drop-results': {help: 'also where a role is done and its results are not here yet'}},
	details: [
		'Its instances are terminated by the process of the job, which goes on until they are.',
		'Where that drops results of roles that are done, it asks first; without a terminal it does nothing then (exit status 3), unless --drop-results is given. `d2cm finish` brings them home first.',
	],
	examples: ['d2cm cancel A1B2C3', 'd2cm cancel A1B2C3 --drop-results'],
	async run(call) {
		const {arguments: given, json, output, open} = call;
		const d2cm = await open();
		const id = given.id ?? '';
		const dropped = call.options.has('drop-results') ? [] : await d2cm.atStake(id);
		if (dropped.length > 0 && !(await mayDrop(id, dropped, call))) {
			output.print(`Job ${id} goes on. To end it with its results: d2cm finish ${id}`);
			return 0;
		}

		sayListening(await d2cm.job(id), output);
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

/** @throws {NotConfirmedError} Where there is nobody to ask. */
async function mayDrop(id: string, dropped: readonly AtStake[], {json, output}: Call): Promise<boolean> {
	const sentences = dropped.map(atStakeSentence);
	if (json || !output.isTerminal) {
		throw new NotConfirmedError(
			`Job ${id} was not cancelled: ${sentences.join(' ')}`,
			`Run \`d2cm finish ${id}\` to bring them home first, or \`d2cm cancel ${id} --drop-results\` to drop them.`,
		);
	}

	for (const line of [...sentences, `To bring them home first: d2cm finish ${id}`]) {
		output.print(sentence(line, output));
	}

	return output.confirm('Cancel it, and drop them?');
}
