import type {JobSummary} from '../actions/d2cm.js';
import type {Command} from './command.js';
import {sayListening} from './listening.js';

export const finish: Command = {
	name: 'finish',
	summary: 'End a deployment now, and bring its results home first',
	arguments: [{name: 'ID'}],
	details: [
		'Nothing is waited for any more. Scripts that still run are asked to end (SIGTERM) and have half a minute for it; what there is of the results is fetched and verified; then the instances are terminated, and the deployment is COMPLETED.',
		'What the scripts have not written is named, and not waited for. What is there and cannot be fetched holds the instances as ever.',
		'Before all instances are up there are no results: then it ends as with `d2cm cancel`.',
	],
	examples: ['d2cm finish A1B2C3'],
	async run({arguments: given, json, output, open}) {
		const d2cm = await open();
		const id = given.id ?? '';
		const before = await d2cm.job(id);
		sayListening(before, output);
		await d2cm.finishJob(id);
		if (json) {
			output.printJson(await d2cm.job(id));
		} else {
			output.print(finishWords(before));
		}

		return 0;
	},
};

/** What the wish comes to, by how the job stood before it. */
function finishWords({id, state, end, isHeld, endsEarly}: JobSummary): string {
	if (end) {
		return `Job ${id} has ended: ${end.state}.`;
	}

	const see = `See it: d2cm events ${id} --follow`;
	if (state === 'SHUTTING_DOWN' || state === 'DATA_COLLECTED') {
		return `Its results are here already, and the instances of job ${id} are being terminated. ${see}`;
	}

	if (isHeld) {
		return `The results of job ${id} are being fetched already; what is not there is not waited for any more. ${see}`;
	}

	if (state === 'COLLECTING_DATA') {
		return `The results of job ${id} are being fetched already. ${see}`;
	}

	return `Job ${id} is ${endsEarly ? 'already ' : ''}being ended, results first. ${see}`;
}
