import type {Command} from './command.js';

export const deleteJob: Command = {
	name: 'delete',
	summary: 'Forget an ended job, or a deployment that was not started',
	arguments: [{name: 'ID'}],
	options: {'with-results': {help: 'delete its downloaded results, too'}},
	details: ['A job of which anything runs is refused.'],
	examples: ['d2cm delete A1B2C3', 'd2cm delete A1B2C3 --with-results'],
	async run({arguments: given, options, json, output, open}) {
		const d2cm = await open();
		const {id, folder} = await d2cm.job(given.id ?? '');
		const results = options.has('with-results') ? 'delete' : 'keep';
		await d2cm.deleteDeployment(id, {results});
		const {existsSync} = await import('node:fs');
		const kept = existsSync(folder) ? folder : undefined;
		if (json) {
			output.printJson({deleted: id, kept: kept ?? null});
		} else {
			output.print(
				kept === undefined ? `Job ${id} is deleted.` : `Job ${id} is forgotten; its results stay in ${kept}`,
			);
		}

		return 0;
	},
};
