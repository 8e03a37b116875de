import assert from 'node:assert/strict';
import {symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import type {AmiEntry} from '../../source/store/database.js';
import {testKeys} from '../helpers/ec2-server/ec2-server.js';
import {askD2cm, d2cmFile} from '../helpers/run-d2cm.js';
import {sharedVdi} from '../helpers/shared-vdi.js';
import {type SixCloud, strictSix} from '../helpers/six-clouds.js';
import {openTerminal, type Terminal} from '../helpers/terminal.js';
import {copyExperiment, mustHaveRunExperiment, mustRun} from './experiment.js';
import {addImage, makeTemplate} from './walk-by-keys.js';

const shared = sharedVdi();
const {accessKeyId, secretAccessKey} = testKeys;

test("the user guide's experiment by commands, on a strict EC2: credentials, image, migration, template, deployment, results", async t => {
	const {cloud, folder, home} = await prepare(t);
	await writeFile(join(folder, 'secret'), secretAccessKey, {mode: 0o600});
	const keys = ['--access-key', accessKeyId, '--secret-file', join(folder, 'secret'), '--account', '123456789012'];
	await mustRun(home, 'credential', 'add', 'amazon', ...keys);
	await addCloud(home, cloud);
	await mustRun(home, 'image', 'add', 'worker', join(folder, 'worker.vdi'));
	await mustRun(home, 'migrate', 'worker', '--cloud', 'strict');
	await mustRun(home, 'template', 'import', join(folder, 'experiment.yaml'));
	const types = ['--type', 'Master=m5.large', '--type', 'Slave=t3.micro', '--count', 'Slave=1'];
	const said = await mustRun(home, 'deploy', 'experiment', '--cloud', 'strict', '--size', '500', ...types, '--yes');
	assert.match(said, /AWS charges will start at the rate of \$0\.1064 per hour \(2 instances on strict\)\./);
	const {summary} = await mustHaveRunExperiment(home, {slaves: 1});
	assert.ok(said.includes(`Results are in ${summary.folder}`));
	assert.deepEqual((await cloud.ran()).toSorted(), ['m5.large', 't3.micro']);
	await mustLeaveNothing(home, cloud);
});

test("the user guide's experiment by keys alone at 80x24, on a strict EC2: credentials, image, migration, template, deployment, results", async t => {
	const {cloud, folder, home} = await prepare(t);
	const terminal = await openTerminal([process.execPath, d2cmFile], {
		env: {D2CM_HOME: home, TZ: 'UTC', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8'},
	});
	try {
		await addCredential(terminal);
		// The address of a server of this machine is nothing that the guide speaks of.
		await addCloud(home, cloud);
		const walk = {terminal, look: async () => undefined};
		await addImage(walk, folder);
		await migrate(terminal);
		await makeTemplate(walk, folder);
		await deploy(terminal);
		await terminal.waitFor(/State +COMPLETED/, 180_000);
		await terminal.press('BTab');
		await terminal.waitFor('tmp/output.txt');
		await terminal.press('q');
		await terminal.waitFor('Jobs go on without D2CM');
	} finally {
		await terminal.close();
	}

	await mustHaveRunExperiment(home, {slaves: 2});
	assert.deepEqual((await cloud.ran()).toSorted(), ['m5.large', 't3.micro', 't3.micro']);
	await mustLeaveNothing(home, cloud);
});

async function prepare(t: TestContext): Promise<{cloud: SixCloud; folder: string; home: string}> {
	const cloud = await strictSix(t);
	await copyExperiment(cloud.root);
	await symlink(shared.vdi, join(cloud.root, 'worker.vdi'));
	return {cloud, folder: cloud.root, home: join(cloud.root, 'home')};
}

async function addCloud(home: string, {url, sshPort}: SixCloud): Promise<void> {
	const addresses = ['--ec2-url', url, '--ebs-url', url, '--sts-url', url];
	const where = ['--region', 'us-east-1', '--credential', 'amazon', '--ssh-port', String(sshPort)];
	await mustRun(home, 'cloud', 'add', 'strict', ...where, ...addresses);
	await mustRun(home, 'price', 'set', 'strict', 'm5.large', '0.096');
	await mustRun(home, 'price', 'set', 'strict', 't3.micro', '0.0104');
}

async function addCredential(terminal: Terminal): Promise<void> {
	await terminal.waitFor('There is no deployment yet.');
	await terminal.press('1');
	await terminal.waitFor('[1Credentials]');
	await terminal.press('n');
	await terminal.waitFor('New credentials');
	await terminal.type('amazon');
	await terminal.press('Tab', 'Tab');
	await terminal.type(accessKeyId);
	await terminal.press('Tab');
	await terminal.type(secretAccessKey);
	const shown = await terminal.waitFor(/Secret key +\*+/);
	assert.ok(!shown.includes(secretAccessKey));
	await terminal.press('Tab', 'Tab', 'Tab');
	await terminal.type('123456789012');
	await terminal.waitFor(/Account \(user ID\) +123456789012/);
	await terminal.press('C-s');
	await terminal.waitFor('The credentials amazon are saved.');
}

async function migrate(terminal: Terminal): Promise<void> {
	await terminal.press('m');
	await terminal.waitFor('Image and cloud');
	await terminal.press('Tab');
	await terminal.type('strict');
	await terminal.waitFor(/❯ Cloud +strict/);
	await terminal.press('C-n');
	await terminal.waitFor('The way there');
	await terminal.press('C-n');
	await terminal.waitFor('Press Enter');
	await terminal.press('Enter');
	await terminal.waitFor('Start the migration?');
	await terminal.press('y');
	await terminal.waitFor(/COMPLETED after[\s\S]*AMI ami-[0-9a-f]+ is ready/, 120_000);
}

async function deploy(terminal: Terminal): Promise<void> {
	await terminal.press('s');
	// The only cloud with an AMI of the image is chosen already, and the size is the template's.
	await terminal.waitFor(/Problem size +500[\s\S]*Cloud +strict/);
	await terminal.press('C-n');
	await terminal.waitFor(/❯ Master: type +\S+\d/);
	await terminal.type('m5.large');
	await terminal.waitFor(/❯ Master: type +m5\.large/);
	await terminal.press('Tab', 'Tab', 'Tab', 'Tab');
	await terminal.waitFor('❯ Slave: type');
	await terminal.type('t3.micro');
	await terminal.waitFor(/❯ Slave: type +t3\.micro/);
	await terminal.press('C-s');
	await terminal.waitFor(/AWS charges will start at the rate of \$0\.1168 per hour \(3 instances on\s+strict\)\./);
	await terminal.press('y');
	await terminal.waitFor(/Deployment experiment\.[A-Z0-9]{6}/);
}

async function mustLeaveNothing(home: string, cloud: SixCloud): Promise<void> {
	const [ami] = await askD2cm<readonly AmiEntry[]>(home, 'ami', 'list');
	await mustRun(home, 'ami', 'remove', ami?.id ?? '', '--cloud', 'strict');
	assert.deepEqual(await cloud.left(), []);
}
