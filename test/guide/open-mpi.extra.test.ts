import assert from 'node:assert/strict';
import {readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'node:test';
import type {DeploymentView} from '../../source/actions/d2cm.js';
import {projectFolder} from '../../source/engine/host/project-folder.js';
import {noQemuBelow} from '../helpers/no-qemu-below.js';
import {askD2cm, runD2cm} from '../helpers/run-d2cm.js';
import {sampleDesktop} from '../helpers/sample-desktop.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {mustRun} from './experiment.js';

const examples = join(projectFolder(), 'examples', 'experiment');

/** Master alone has files and scripts, as in the user guide; its script copies the program to the Slave. */
const template = `
name: experiment
roles:
  - name: Master
    image: worker
    uploads:
      - {local: ${examples}/exp1-mpi.sh, remote: /tmp/exp1.sh}
      - {local: ${examples}/ring.py, remote: /tmp/ring.py}
    asyncScripts: [bash /tmp/exp1.sh]
    doneChecks: [{kind: file, path: /tmp/done.txt}]
    downloads: [/tmp/output.txt]
  - name: Slave
    image: worker
`;

/** The disk is made when the cache has none of it, and two guests boot. */
const limitMs = 1_200_000;

test('an MPI hello and a ring of 2 x 2 processes finish on the local cloud, by mpirun and the hostfile alone', {
	timeout: limitMs,
}, async t => {
	const folder = await temporaryFolder(t);
	const home = join(folder, 'home');
	const vdi = await sampleDesktop(folder, 'worker.vdi', ['openmpi-bin', 'python3-mpi4py']);
	await writeFile(join(folder, 'experiment.yaml'), template);
	await mustRun(home, 'image', 'add', 'worker', vdi);
	await mustRun(home, 'migrate', 'worker', '--cloud', 'local');
	await mustRun(home, 'template', 'import', join(folder, 'experiment.yaml'));
	const types = ['--type', 'Master=local.medium', '--type', 'Slave=local.medium'];
	const begun = performance.now();
	try {
		await mustRun(home, 'deploy', 'experiment', '--cloud', 'local', '--size', '500', ...types, '--yes');
	} finally {
		for (const {id} of await askD2cm<Array<{id: string}>>(home, 'status')) {
			await runD2cm(home, 'cancel', id);
		}
	}

	const jobs = await askD2cm<Array<{id: string; kind: string}>>(home, 'status');
	const {summary} = await askD2cm<DeploymentView>(
		home,
		'status',
		jobs.find(({kind}) => kind === 'deployment')?.id ?? '',
	);
	assert.equal(summary.end?.state, 'COMPLETED');
	const [master = ''] = await readdir(join(summary.folder, 'Master'));
	const output = await readFile(join(summary.folder, 'Master', master, 'tmp', 'output.txt'), 'utf8');
	assert.deepEqual(output.trim().split('\n'), [
		'hello from process 0 of 4 on master-1',
		'hello from process 1 of 4 on master-1',
		'hello from process 2 of 4 on slave-1',
		'hello from process 3 of 4 on slave-1',
		'the token took 2000 steps in 500 laps',
		'4 of 4 processes got the megabyte whole',
	]);
	t.diagnostic(`deployed, computed and brought home in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
	await noQemuBelow(home);
});
