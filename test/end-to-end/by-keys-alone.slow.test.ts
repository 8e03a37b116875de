import assert from 'node:assert/strict';
import {mkdtemp, readdir, readFile, rm, symlink} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'node:test';
import type {DeploymentView} from '../../source/actions/d2cm.js';
import {projectFolder} from '../../source/engine/host/project-folder.js';
import {runProgram} from '../../source/engine/host/run-program.js';
import {mustLookLike} from '../helpers/golden-frames.js';
import {noQemuBelow} from '../helpers/no-qemu-below.js';
import {askD2cm, d2cmFile, runD2cm} from '../helpers/run-d2cm.js';
import {sampleDesktop} from '../helpers/sample-desktop.js';
import {openTerminal, type Terminal} from '../helpers/terminal.js';

/** Three guests boot at once, on a machine that may be busy. */
const bootMs = 600_000;

test('the whole way by keys alone at 80x24: image, migration, template, deployment, results', {
	timeout: 1_200_000,
}, async () => {
	const folder = await mkdtemp(join(tmpdir(), 'd2cm-keys-'));
	const home = join(folder, 'home');
	await sampleDesktop(folder);
	// A short path, the same on every machine, for the screens that show it.
	await symlink(join(projectFolder(), 'examples', 'estimate-pi'), join(folder, 'pi'));
	const open = async () =>
		// A shell stays behind the program, as where users log in.
		openTerminal(['sh', '-c', '"$@"; sleep 900', 'sh', process.execPath, d2cmFile], {
			env: {D2CM_HOME: home, TZ: 'UTC', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8'},
		});
	let terminal = await open();
	try {
		await addImage(terminal, folder);
		await migrate(terminal);
		await makeTemplate(terminal, folder);
		await deploy(terminal);

		// The connection drops; whoever logs in again finds it, live.
		await terminal.close();
		terminal = await open();
		await terminal.waitFor(/❯ .*\bpi\.[A-Z0-9]{6}/);
		await terminal.press('Enter');
		await terminal.waitFor(
			/State +ROLES_STARTED|State +JOB_COMPLETED|State +COLL|State +SHUT|State +COMPLETED/,
			bootMs,
		);
		await terminal.waitFor(/State +COMPLETED/, bootMs);
		await lookAtTheEnd(terminal);
	} finally {
		await terminal.close();
		for (const {id} of await askD2cm<Array<{id: string}>>(home, 'status')) {
			await runD2cm(home, 'cancel', id);
		}
	}

	await mustHaveResults(home);
	await noQemuBelow(home);
	await rm(folder, {recursive: true});
});

async function addImage(terminal: Terminal, folder: string): Promise<void> {
	await terminal.waitFor('There is no deployment yet.');
	await terminal.press('3');
	await terminal.waitFor('There is no image yet.');
	await terminal.press('n');
	await terminal.waitFor('New image: Name and file');
	await terminal.type('worker');
	await terminal.press('Tab');
	// Wrong at first: it says so, and what was typed stays.
	await terminal.type(join(folder, 'worker.vd'));
	await terminal.press('Enter');
	await terminal.waitFor(/worker\.vd\b.*(not|no such)/is);
	await terminal.type('i');
	await mustLookLike('by-keys/01-new-image.txt', await terminal.waitFor('worker.vdi'));
	await terminal.press('Enter');
	await terminal.waitFor('New image worker: what is in it');
	await terminal.waitFor(/Verdict: +will be fixed/);
	await terminal.press('Enter');
	await mustLookLike('by-keys/02-images.txt', await terminal.waitFor('The image worker is added.'));
}

async function migrate(terminal: Terminal): Promise<void> {
	await terminal.press('m');
	await mustLookLike('by-keys/03-migrate.txt', await terminal.waitFor('Image and cloud (1 of 2)'));
	await terminal.press('C-n');
	await mustLookLike('by-keys/04-migrate-ready.txt', await terminal.waitFor('Press Enter to start it.'));
	await terminal.press('Enter');
	await terminal.waitFor(/COMPLETED after[\s\S]*AMI ami-[0-9a-f]{8} is ready/, 120_000);
}

async function makeTemplate(terminal: Terminal, folder: string): Promise<void> {
	await terminal.press('5');
	await terminal.waitFor('There is no template yet.');
	await terminal.press('n');
	await terminal.waitFor('New template: Template (1 of 2)');
	await terminal.type('pi');
	await terminal.press('C-n');
	await terminal.waitFor('New template: Roles (2 of 2)');
	await terminal.type('Master');
	await terminal.press('Enter');
	await terminal.waitFor('1. Master');
	// Typed and not added: going on adds it.
	await terminal.type('Slave');
	await terminal.press('C-n');

	await chooseImage(terminal, 'Master');
	await terminal.press('Tab', 'Tab', 'Space');
	await mustLookLike('by-keys/05-master.txt', await terminal.waitFor('[x] yes'));
	await terminal.press('C-n');
	await addUpload(terminal, folder);
	await fillPage(terminal, 'Master, start scripts', 'chmod +x /opt/experiment/*');
	await fillPage(terminal, 'Master, async scripts', '/opt/experiment/run-master');
	await fillPage(terminal, 'Master, done checks', '/root/results/done');
	await fillPage(terminal, 'Master, data to collect', '/root/results');

	await chooseImage(terminal, 'Slave');
	await terminal.press('Tab', 'BSpace', '2', 'Tab', 'Space');
	await mustLookLike('by-keys/06-slave.txt', await terminal.waitFor('[x] yes'));
	await terminal.press('C-n');
	await addUpload(terminal, folder);
	await fillPage(terminal, 'Slave, start scripts', 'chmod +x /opt/experiment/*');
	await terminal.waitFor('Slave, async scripts');
	await terminal.press('C-n');
	await terminal.waitFor('Slave, done checks');
	await terminal.press('C-n');
	await terminal.waitFor('Slave, data to collect');
	await terminal.type('/root/samples.log');
	await mustLookLike('by-keys/07-slave-data.txt', await terminal.waitFor('/root/samples.log'));
	await terminal.press('C-s');
	await mustLookLike('by-keys/08-templates.txt', await terminal.waitFor('Template pi is saved.'));
}

async function chooseImage(terminal: Terminal, role: string): Promise<void> {
	const shown = await terminal.waitFor(`${role}, image and count`);
	if (shown.includes('(not chosen)')) {
		await terminal.press('Down');
	}

	await terminal.waitFor(/❯ Image +worker/);
}

async function addUpload(terminal: Terminal, folder: string): Promise<void> {
	await terminal.waitFor(/, uploads \(/);
	await terminal.type(join(folder, 'pi'));
	await terminal.press('Enter');
	await terminal.type('/opt/experiment');
	await terminal.press('Enter');
	await terminal.waitFor('-> /opt/experiment');
	await terminal.press('C-n');
}

/** What is typed need not be added first. */
async function fillPage(terminal: Terminal, title: string, text: string): Promise<void> {
	await terminal.waitFor(title);
	await terminal.type(text);
	await terminal.waitFor(text);
	await terminal.press('C-n');
}

async function deploy(terminal: Terminal): Promise<void> {
	await terminal.press('s');
	await terminal.waitFor('New deployment: Template, size and cloud (1 of 3)');
	const shown = await terminal.screen();
	await terminal.press(...(shown.includes('❯ Template') ? ['Tab'] : []), 'BSpace');
	await terminal.type('3000000');
	await mustLookLike('by-keys/09-size.txt', await terminal.waitFor('3000000'));
	await terminal.press('C-n');
	await mustLookLike('by-keys/10-types.txt', await terminal.waitFor('Instance types and counts (2 of 3)'));
	await terminal.press('C-s');
	await mustLookLike(
		'by-keys/11-price.txt',
		await terminal.waitFor('Charges will start at the rate of $0.00 per hour (3 instances on local).'),
	);
	await terminal.press('y');
	await terminal.waitFor('LAUNCHING_INSTANCES');
	await terminal.waitFor('3 of 3 instances run now');
}

async function lookAtTheEnd(terminal: Terminal): Promise<void> {
	await terminal.press('Tab');
	await terminal.waitFor('[Log / Events]');
	await terminal.waitFor(/COMPLETED\. Results are in/);
	await terminal.press('Tab');
	await terminal.waitFor('[Monitoring]');
	await terminal.waitFor(/CPU %.*slave-1/);
	await terminal.waitFor(/[┤┼]/);
	await terminal.press('Tab');
	await terminal.waitFor('[Results]');
	await terminal.waitFor('root/results/pi.txt');
	await terminal.press('q');
	await terminal.waitFor('Jobs go on without D2CM');
}

/** What three real machines computed together is here, and whole. */
async function mustHaveResults(home: string): Promise<void> {
	const jobs = await askD2cm<Array<{id: string; kind: string; end?: {state: string}; folder: string}>>(home, 'status');
	const job = jobs.find(({kind}) => kind === 'deployment');
	assert.equal(job?.end?.state, 'COMPLETED');
	await runProgram('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], {cwd: job.folder});
	const view = await askD2cm<DeploymentView>(home, 'status', job.id);
	assert.equal(view.definition.problemSize, 3_000_000);
	const [instance] = await readdir(join(job.folder, 'Master'));
	const results = join(job.folder, 'Master', instance ?? '', 'root', 'results');
	const pi = await readFile(join(results, 'pi.txt'), 'utf8');
	assert.match(pi, /^pi is about 3\.1[34]\d+, from 3000000 samples on 3 hosts$/m);
	assert.equal((await readdir(join(job.folder, 'Slave'))).length, 2);
	for (const role of ['Master', 'Slave']) {
		for (const node of await readdir(join(job.folder, 'monitoring', role))) {
			const files = await readdir(join(job.folder, 'monitoring', role, node));
			assert.ok(files.includes('rrd') && files.some(name => name.startsWith('xport-')), `${role}: ${files.join()}`);
		}
	}
}
