import {test} from 'node:test';
import {assertHarmless, inspectMutantsOf} from '../../helpers/mutants-of.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

test('400 mutants of a disk give a report or a clear error', async t => {
	const plan = {disk: {}, startMib: 1, cases: 400, seed: 7};
	const report = await inspectMutantsOf(await temporaryFolder(t), plan, t.signal);
	assertHarmless(report, plan.cases);
});
