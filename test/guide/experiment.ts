import assert from 'node:assert/strict';
import {cp, readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {DeploymentView} from '../../source/actions/d2cm.js';
import {projectFolder} from '../../source/engine/host/project-folder.js';
import {runProgram} from '../../source/engine/host/run-program.js';
import {askD2cm, runD2cm} from '../helpers/run-d2cm.js';

/** Puts the user guide's experiment into a folder: `exp1.sh`, and `experiment.yaml`, the template that runs it. */
export async function copyExperiment(folder: string): Promise<void> {
	for (const name of ['exp1.sh', 'experiment.yaml']) {
		await cp(join(projectFolder(), 'examples', 'experiment', name), join(folder, name));
	}
}

/** Runs d2cm to an end that must be a good one; returns what it printed. */
export async function mustRun(home: string, ...words: readonly string[]): Promise<string> {
	const {status, stdout, stderr} = await runD2cm(home, ...words);
	assert.equal(status, 0, `${words.join(' ')}: ${stdout}${stderr}`);
	return stdout + stderr;
}

/** The newest deployment of the experiment is as the guide promises; what Master computed with so many Slaves is here, and whole. */
export async function mustHaveRunExperiment(
	home: string,
	{slaves}: {readonly slaves: number},
): Promise<DeploymentView> {
	const jobs = await askD2cm<Array<{id: string; kind: string; createdAt: string}>>(home, 'status');
	const newest = jobs
		.filter(({kind}) => kind === 'deployment')
		.toSorted((one, other) => one.createdAt.localeCompare(other.createdAt))
		.at(-1);
	const view = await askD2cm<DeploymentView>(home, 'status', newest?.id ?? '');
	const {folder, end} = view.summary;
	assert.deepEqual(end, {state: 'COMPLETED'});
	assert.equal(view.definition.problemSize, 500);
	await runProgram('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], {cwd: folder});

	assert.deepEqual(
		view.nodes.map(({name}) => name),
		['master-1', ...Array.from({length: slaves}, (_, index) => `slave-${index + 1}`)],
	);
	const [master] = view.nodes;
	const output = await readFile(join(folder, 'Master', master?.instance.id ?? '', 'tmp', 'output.txt'), 'utf8');
	assert.equal(output, `pi is 3.141592654, from 500000 strips on ${slaves + 1} hosts\n`);
	for (const {role, instance} of view.nodes) {
		const files = await readdir(join(folder, 'monitoring', role, instance.id));
		assert.ok(files.includes('rrd'), `${role}: ${files.join()}`);
	}

	assert.deepEqual(await askD2cm(home, 'reap'), {orphans: [], terminated: false}, 'nothing of it is left');
	return view;
}
