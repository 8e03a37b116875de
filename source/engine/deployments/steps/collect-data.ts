import type {Step} from '../../jobs/step.js';
import {collectHolding} from '../collect-holding.js';
import type {DeploymentRun} from '../deployment-run.js';
import {isFinishing, noteFinish} from '../finish.js';

/**
Brings the data home. All that was asked for has to be there, unless the user ended the run: what its scripts have not written by
then is remarked, and nothing waits for it.
*/
export const collectData: Step<DeploymentRun> = {
	name: 'collect-data',
	enters: 'COLLECTING_DATA',
	reaches: 'DATA_COLLECTED',
	async do(run) {
		const isWanted = () => run.finish.aborted || isFinishing(run.journal.records);
		const missing = await collectHolding(run, ({isAbsent}) => !(isAbsent && isWanted()));
		if (missing.length > 0) {
			await noteFinish(run);
			const texts = missing.map(({text}) => text);
			await run.say('warning', `Not there when the user ended the run: ${texts.join('; ')}.`);
		}
	},
};
