import {test} from 'node:test';
import {oneRoot} from '../../helpers/make-vdi.js';
import {assertHarmless, inspectMutantsOf, type MutantPlan} from '../../helpers/mutants-of.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

/** Together 10,000 cases. */
const layouts: ReadonlyArray<MutantPlan & {readonly title: string}> = [
	{title: 'an MBR disk', disk: {table: oneRoot}, startMib: 1, cases: 6000, seed: 20_261},
	{
		title: 'a disk with logical partitions',
		disk: {table: 'start=1MiB, type=5\nstart=2MiB, size=1MiB, type=82\nstart=4MiB, type=83\n'},
		startMib: 4,
		cases: 2000,
		seed: 20_262,
	},
	{title: 'a GPT disk', disk: {table: 'label: gpt\nstart=1MiB, type=L\n'}, startMib: 1, cases: 2000, seed: 20_263},
];

for (const {title, ...plan} of layouts) {
	test(`${plan.cases} mutants of ${title} give a report or a clear error`, {timeout: 15 * 60_000}, async t => {
		const report = await inspectMutantsOf(await temporaryFolder(t), plan, t.signal);
		t.diagnostic(JSON.stringify(report));
		assertHarmless(report, plan.cases);
	});
}
