import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'node:test';
import {mustLookLike} from '../helpers/golden-frames.js';
import {noQemuBelow} from '../helpers/no-qemu-below.js';
import {askD2cm, d2cmFile, runD2cm} from '../helpers/run-d2cm.js';
import {sampleDesktop} from '../helpers/sample-desktop.js';
import {openTerminal, type Terminal} from '../helpers/terminal.js';
import {copyExperiment, mustHaveRunExperiment} from './experiment.js';
import {addImage, makeTemplate, type Walk} from './walk-by-keys.js';

/** Three guests boot at once, on a machine that may be busy. */
const bootMs = 600_000;

test("the user guide's experiment by keys alone at 80x24, on three real guests: image, migration, template, deployment, results", {
	timeout: 1_200_000,
}, async () => {
	const folder = await mkdtemp(join(tmpdir(), 'd2cm-keys-'));
	const home = join(folder, 'home');
	await sampleDesktop(folder);
	await copyExperiment(folder);
	const open = async () =>
		// A shell stays behind the program, as where users log in.
		openTerminal(['sh', '-c', '"$@"; sleep 900', 'sh', process.execPath, d2cmFile], {
			env: {D2CM_HOME: home, TZ: 'UTC', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8'},
		});
	let terminal = await open();
	try {
		const walk: Walk = {terminal, look: async (name, shown) => mustLookLike(`by-keys/${name}.txt`, shown)};
		await terminal.waitFor('There is no deployment yet.');
		await addImage(walk, folder);
		await migrate(terminal);
		await makeTemplate(walk, folder);
		await deploy(terminal);

		// The connection drops; whoever logs in again finds it, live.
		await terminal.close();
		terminal = await open();
		await terminal.waitFor(/❯ .*\bexperiment\.[A-Z0-9]{6}/);
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

	await mustHaveRunExperiment(home, {slaves: 2});
	await noQemuBelow(home);
	await rm(folder, {recursive: true});
});

async function migrate(terminal: Terminal): Promise<void> {
	await terminal.press('m');
	await mustLookLike('by-keys/03-migrate.txt', await terminal.waitFor('Image and cloud (1 of 2)'));
	await terminal.press('C-n');
	await mustLookLike('by-keys/04-migrate-ready.txt', await terminal.waitFor('Press Enter to start it.'));
	await terminal.press('Enter');
	await terminal.waitFor(/COMPLETED after[\s\S]*AMI ami-[0-9a-f]{8} is ready/, 120_000);
}

async function deploy(terminal: Terminal): Promise<void> {
	await terminal.press('s');
	await terminal.waitFor('New deployment: Template, size and cloud (1 of 3)');
	await mustLookLike('by-keys/09-size.txt', await terminal.waitFor(/Problem size +500/));
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
	await terminal.waitFor('tmp/output.txt');
	await terminal.press('q');
	await terminal.waitFor('Jobs go on without D2CM');
}
