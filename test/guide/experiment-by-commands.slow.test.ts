import assert from 'node:assert/strict';
import {once} from 'node:events';
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {type AddressInfo, createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {parse, stringify} from 'yaml';
import type {DeploymentView, JobSummary} from '../../source/actions/d2cm.js';
import {type Template, templateSchema} from '../../source/engine/templates/template.js';
import {jobPaths} from '../../source/store/paths.js';
import {lockHolder} from '../../source/store/process-lock.js';
import {readJournal} from '../../source/store/read-journal.js';
import {noQemuBelow} from '../helpers/no-qemu-below.js';
import {commandOutput, nodeCommands} from '../helpers/node-commands.js';
import {askD2cm, runD2cm} from '../helpers/run-d2cm.js';
import {sampleDesktop} from '../helpers/sample-desktop.js';
import {copyExperiment, mustHaveRunExperiment, mustRun} from './experiment.js';

/** Among them the guide's own start script; not all of it, since each login takes an emulated processor seconds. */
const sshCommands = nodeCommands({first: 'slave-1', second: 'master-1', count: 2}).filter(({command}) =>
	/^(?:ssh-keygen -R|ssh-keyscan -f|ssh -o Strict|echo sent)/.test(command),
);

/** In the order of the life-cycle; the job's process is killed as soon as the journal says that it is there. */
const killedIn = ['LAUNCHING_INSTANCES', 'ROLES_STARTED', 'COLLECTING_DATA', 'SHUTTING_DOWN'];

test("the user guide's experiment by commands, its job killed while launching, running, collecting and shutting down", {
	timeout: 1_200_000,
}, async () => {
	const folder = await mkdtemp(join(tmpdir(), 'd2cm-killed-'));
	const home = join(folder, 'home');
	const vdi = await sampleDesktop(folder);
	await copyExperiment(folder);
	const file = join(folder, 'experiment.yaml');
	const own = createServer(socket => socket.destroy()).listen(0, '127.0.0.1');
	await once(own, 'listening');
	const {port} = own.address() as AddressInfo;
	own.unref();
	let reached = 0;
	own.on('connection', () => reached++);
	await writeFile(file, stringify(withMore(port, templateSchema.parse(parse(await readFile(file, 'utf8'))))));
	await mustRun(home, 'image', 'add', 'worker', vdi);
	await mustRun(home, 'migrate', 'worker', '--cloud', 'local');
	await mustRun(home, 'template', 'import', file);
	const deploy = ['deploy', 'experiment', '--cloud', 'local', '--size', '500', '--count', 'Slave=1'];
	const job = await askD2cm<JobSummary>(home, ...deploy, '--yes', '--detach');
	try {
		for (const state of killedIn) {
			await killAt(job, state);
			const {alive, end} = (await askD2cm<DeploymentView>(home, 'status', job.id)).summary;
			assert.deepEqual([alive, end], [false, undefined], `killed in ${state}, it can be resumed`);
			await mustRun(home, 'resume', job.id);
		}

		assert.match(await mustRun(home, 'events', job.id, '--follow'), new RegExp(`Results are in ${job.folder}\\n`));
	} finally {
		await runD2cm(home, 'cancel', job.id);
	}

	const {nodes} = await mustHaveRunExperiment(home, {slaves: 1});
	const [master = '', ...others] = await readdir(join(job.folder, 'Master'));
	assert.deepEqual([master, others], [nodes[0]?.instance.id, []], 'nothing was reserved twice');
	const outputs = join(job.folder, 'Master', master);
	for (const name of ['begun', 'ran']) {
		assert.equal(await readFile(join(outputs, 'tmp', name), 'utf8'), 'once\n', 'each script ran exactly once');
	}

	for (const [index, {command, shows}] of sshCommands.entries()) {
		const output = join(outputs, 'scripts', `start-${index + 1}`, 'out');
		assert.match(commandOutput(await readFile(output, 'utf8')), shows, command);
	}

	assert.equal(await readFile(join(outputs, 'tmp', 'loopback'), 'utf8'), 'closed\n');
	assert.equal(reached, 0, 'no instance reaches what listens on the loopback interface of this machine');
	own.close();
	await noQemuBelow(home);
	await rm(folder, {recursive: true});
});

/** The template with scripts that tell how often they ran, and with what people do like the guide's start script. */
function withMore(port: number, {roles: [master, ...others], ...template}: Template): Template {
	assert.ok(master);
	assert.ok(master.startScripts.every(line => sshCommands.some(({command}) => command === line)));
	const gateway = "$(ip route | sed -n 's/^default via \\([0-9.]*\\).*/\\1/p' | head -n 1)";
	const tryLoopback = `timeout 5 bash -c "exec 3<>/dev/tcp/${gateway}/${port}" && echo reached || echo closed`;
	const more = {
		startScripts: [
			...sshCommands.map(({command}) => command),
			'echo once >> /tmp/begun',
			`(${tryLoopback}) 2>/dev/null >/tmp/loopback`,
		],
		asyncScripts: [...master.asyncScripts, 'echo once >> /tmp/ran'],
		downloads: [...master.downloads, '/tmp/begun', '/tmp/ran', '/tmp/loopback'],
	};
	return {...template, roles: [{...master, ...more}, ...others]};
}

async function killAt({folder}: JobSummary, state: string): Promise<void> {
	await until({folder}, records => records.some(record => record.kind === 'state' && record.state === state));
	const owner = await lockHolder(jobPaths(folder).lock);
	assert.ok(owner, `nobody works on the job in ${state}`);
	process.kill(owner.pid, 'SIGKILL');
	while (await lockHolder(jobPaths(folder).lock)) {
		await delay(20);
	}
}

type Records = Awaited<ReturnType<typeof readJournal>>['records'];

async function until({folder}: Pick<JobSummary, 'folder'>, isSo: (records: Records) => boolean): Promise<void> {
	for (;;) {
		const {records} = await readJournal(jobPaths(folder).journal);
		if (isSo(records)) {
			return;
		}

		const end = records.find(({kind}) => kind === 'end');
		assert.equal(end, undefined, `it has ended: ${JSON.stringify(end)}`);
		await delay(20);
	}
}
