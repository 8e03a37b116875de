import assert from 'node:assert/strict';
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import type {DeploymentView, JobSummary} from '../../source/actions/d2cm.js';
import {runProgram} from '../../source/engine/host/run-program.js';
import {jobPaths} from '../../source/store/paths.js';
import {lockHolder} from '../../source/store/process-lock.js';
import {readJournal} from '../../source/store/read-journal.js';
import {noQemuBelow} from '../helpers/no-qemu-below.js';
import {commandOutput, nodeCommands} from '../helpers/node-commands.js';
import {askD2cm, runD2cm} from '../helpers/run-d2cm.js';
import {sampleDesktop} from '../helpers/sample-desktop.js';

/** What scripts do between instances, here of one with itself; not all of it, since each login takes an emulated processor seconds. */
const sshCommands = nodeCommands({first: 'solo-1', second: 'solo-1', count: 1}).filter(({command}) =>
	/^(?:ssh-keygen -R|ssh-keyscan -f|ssh -o Strict|echo sent)/.test(command),
);

const template = `
name: once
roles:
  - name: Solo
    image: worker
    startScripts:
      - echo begun >> /root/begun
${sshCommands.map(({command}) => `      - ${JSON.stringify(command)}\n`).join('')}    asyncScripts:
      - echo ran >> /root/ran; sleep 20; cat /root/begun /root/ran > /root/result; head -c 30000000 /dev/urandom > /root/noise; sync; touch /root/done
    doneChecks:
      - {kind: file, path: /root/done}
    downloads: [/root/result, /root/noise]
holdMinutes: 2
`;

/** In the order of the life-cycle; the job's process is killed as soon as the journal says that it is there. */
const killedIn = ['LAUNCHING_INSTANCES', 'ROLES_STARTED', 'COLLECTING_DATA', 'SHUTTING_DOWN'];

test('a job killed while launching, running, collecting and shutting down is resumed each time and ends well', {
	timeout: 1_200_000,
}, async () => {
	const folder = await mkdtemp(join(tmpdir(), 'd2cm-killed-'));
	const home = join(folder, 'home');
	const vdi = await sampleDesktop(folder);
	await writeFile(join(folder, 'once.yaml'), template);
	await mustRun(home, 'image', 'add', 'worker', vdi);
	await mustRun(home, 'migrate', 'worker', '--cloud', 'local');
	await mustRun(home, 'template', 'import', join(folder, 'once.yaml'));
	const job = await askD2cm<JobSummary>(home, 'deploy', 'once', '--cloud', 'local', '--size', '1', '--yes', '--detach');
	try {
		for (const state of killedIn) {
			await killAt(job, state);
			const {alive, end} = (await askD2cm<DeploymentView>(home, 'status', job.id)).summary;
			assert.deepEqual([alive, end], [false, undefined], `killed in ${state}, it can be resumed`);
			await mustRun(home, 'resume', job.id);
		}

		await until(job, records => records.some(({kind}) => kind === 'end'));
	} finally {
		await runD2cm(home, 'cancel', job.id);
	}

	const {end} = (await askD2cm<DeploymentView>(home, 'status', job.id)).summary;
	assert.deepEqual(end, {state: 'COMPLETED'});
	await runProgram('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], {cwd: job.folder});
	const instances = await readdir(join(job.folder, 'Solo'));
	assert.equal(instances.length, 1, 'nothing was reserved twice');
	const result = await readFile(join(job.folder, 'Solo', instances[0] ?? '', 'root', 'result'), 'utf8');
	assert.equal(result, 'begun\nran\n', 'each script ran exactly once');
	for (const [index, {command, shows}] of sshCommands.entries()) {
		const output = join(job.folder, 'Solo', instances[0] ?? '', 'scripts', `start-${index + 2}`, 'out');
		assert.match(commandOutput(await readFile(output, 'utf8')), shows, command);
	}

	assert.deepEqual(await askD2cm(home, 'reap'), {orphans: [], terminated: false});
	await noQemuBelow(home);
	await rm(folder, {recursive: true});
});

async function mustRun(home: string, ...words: readonly string[]): Promise<void> {
	const {status, stdout, stderr} = await runD2cm(home, ...words);
	assert.equal(status, 0, `${words.join(' ')}: ${stdout}${stderr}`);
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
	while (!isSo((await readJournal(jobPaths(folder).journal)).records)) {
		await delay(20);
	}
}
