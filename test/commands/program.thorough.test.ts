import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {mkdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'node:test';
import {promisify} from 'node:util';
import type {DoctorFinding, JobSummary} from '../../source/actions/d2cm.js';
import {jobPaths} from '../../source/store/paths.js';
import {homeWithTemplate} from '../helpers/home-with-template.js';
import {askD2cm, d2cmFile, runD2cm} from '../helpers/run-d2cm.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

type ErrorShape = {readonly error: {readonly name: string; readonly message: string; readonly hint: string}};

test('wrong use ends with 2', async t => {
	const {status, stderr} = await runD2cm(await temporaryFolder(t), 'deplyo');
	assert.equal(status, 2);
	assert.equal(stderr, 'There is no command deplyo; did you mean deploy?\nRun `d2cm --help` to see the commands.\n');
});

test('a file that is no VDI ends with 3 and a JSON error, and needs no data folder', async t => {
	const folder = await temporaryFolder(t);
	const file = join(folder, 'x.vdi');
	await writeFile(file, 'hello');
	const {status, stdout} = await runD2cm(join(folder, 'home'), 'inspect', file, '--json');
	assert.equal(status, 3);
	assert.equal(Object.keys((JSON.parse(stdout) as ErrorShape).error).join(), 'name,message,hint');
	await assert.rejects(readFile(join(folder, 'home', 'db.json')));
});

test('help and version need no data folder and are quick to ask for', async t => {
	const home = join(await temporaryFolder(t), 'none');
	for (const words of [['--help'], ['help'], ['help', 'deploy'], ['image', '--help'], ['reap', '-h'], ['--version']]) {
		const {status, stdout} = await runD2cm(home, ...words);
		assert.equal(status, 0);
		assert.match(stdout, words.includes('--version') ? /^\d+\.\d+\.\d+\n$/ : /Usage: d2cm/);
	}
});

test('a reader that goes away is no failure', async t => {
	const home = await temporaryFolder(t);
	const {stdout, stderr} = await promisify(execFile)(
		'bash',
		['-c', 'set -o pipefail; "$0" "$1" --help | true && echo fine', process.execPath, d2cmFile],
		{env: {...process.env, D2CM_HOME: home}},
	);
	assert.deepEqual([stdout, stderr], ['fine\n', '']);
});

test('where what is printed has no room, that is said in words', async t => {
	const home = await temporaryFolder(t);
	const {stdout} = await promisify(execFile)(
		'bash',
		['-c', '"$0" "$1" --help 2>&1 >/dev/full; echo "status $?"', process.execPath, d2cmFile],
		{env: {...process.env, D2CM_HOME: home}},
	);
	assert.match(stdout, /^The output cannot be written: ENOSPC.*\nMake room, or .*\nstatus 3\n$/);
});

test('a template goes in and out as YAML, and is listed and removed', async t => {
	const home = await homeWithTemplate(t);
	const yaml = join(home, '..', `${home.split('/').at(-1)}.yaml`);
	t.after(async () => rm(yaml, {force: true}));
	await writeFile(yaml, 'name: solo\nroles:\n  - name: Only\n    image: tiny\n    startScripts: [date]\n');
	assert.deepEqual(await askD2cm(home, 'template', 'import', yaml), {imported: 'solo', findings: []});
	await writeFile(yaml, (await runD2cm(home, 'template', 'export', 'solo')).stdout);
	assert.equal((await runD2cm(home, 'template', 'import', yaml)).status, 0);
	assert.equal((await runD2cm(home, 'template', 'remove', 'solo')).status, 0);
	const left = await askD2cm<Array<{name: string}>>(home, 'template', 'list');
	assert.deepEqual(
		left.map(({name}) => name),
		['pair'],
	);
});

test('an import tells at once what would stop a deployment, and keeps the template', async t => {
	const home = await homeWithTemplate(t);
	const yaml = join(home, 'early.yaml');
	await writeFile(
		yaml,
		'name: early\nroles:\n  - {name: Only, image: later, startScripts: [date], uploads: [{local: in, remote: /in}]}\n',
	);
	const {status, stderr} = await runD2cm(home, 'template', 'import', yaml);
	assert.equal(status, 0);
	assert.match(stderr, /^It cannot be deployed like this: role Only: there is no image named later\.$/m);
	assert.match(stderr, /^It cannot be deployed like this: role Only, upload 1: there is no .*\/in\.$/m);
	assert.equal((await askD2cm<unknown[]>(home, 'template', 'list')).length, 2);
});

test('an empty data folder answers every question', async t => {
	const home = await temporaryFolder(t);
	assert.deepEqual(await askD2cm(home, 'status'), []);
	assert.deepEqual(await askD2cm(home, 'reap'), {orphans: [], terminated: false});
	assert.deepEqual(await askD2cm(home, 'image', 'list'), {images: [], amis: []});
	assert.match((await runD2cm(home, 'image', 'list')).stdout, /Add one/);
	const {stdout} = await runD2cm(home, 'doctor', '--json');
	const findings = JSON.parse(stdout) as readonly DoctorFinding[];
	assert.ok(findings.length > 10);
	assert.ok(findings.every(({subject, ok, found}) => subject !== '' && typeof ok === 'boolean' && found !== ''));
});

test('a killed job is shown with its damage and as one to resume; it is not deleted', async t => {
	const home = await homeWithTemplate(t);
	const folder = join(home, 'deployments', 'pair', 'ABC123');
	const at = '2026-11-22T10:00:00.000Z';
	await mkdir(folder, {recursive: true});
	await writeFile(
		join(folder, 'deployment.json'),
		JSON.stringify({
			id: 'ABC123',
			template: 'pair',
			launchKey: 'pair.ABC123',
			installation: 'x',
			createdAt: at,
			cloud: 'local',
			problemSize: 1,
			roles: [],
			maxRunMinutes: 1,
			holdMinutes: 1,
		}),
	);
	const {journal, lock} = jobPaths(folder);
	const lines = [
		`{"seq":1,"at":"${at}","kind":"owner","pid":4194400,"version":"0"}`,
		'rubbish',
		`{"seq":3,"at":"${at}","kind":"state","state":"ROLES_STARTED"}`,
		`{"seq":4,"at":"${at}","kind":"ev`,
	];
	await writeFile(journal, lines.join('\n'));
	await writeFile(lock, '{"pid":4194400,"started":"gone/1","token":"t"}');

	const [job] = await askD2cm<readonly JobSummary[]>(home, 'status');
	assert.deepEqual([job?.state, job?.alive, job?.end, job?.title], ['ROLES_STARTED', false, undefined, 'pair.ABC123']);
	assert.deepEqual(job?.damages, [`${journal}:2: this line is skipped: it is not JSON`]);
	assert.match((await runD2cm(home, 'status')).stdout, /ROLES_STARTED, stopped: d2cm resume ABC123/);

	const events = await runD2cm(home, 'events', 'ABC123');
	assert.match(events.stdout, /^\d\d:\d\d:\d\d state +- +ROLES_STARTED\n$/);
	assert.match(events.stderr, /journal\.jsonl:2: /);
	const records = (await runD2cm(home, 'events', 'ABC123', '--json')).stdout.trim().split('\n');
	assert.deepEqual(
		records.map(line => (JSON.parse(line) as {seq: number}).seq),
		[1, 3],
	);

	const followed = await runD2cm(home, 'events', 'ABC123', '--follow');
	assert.equal(followed.status, 3);
	assert.match(followed.stderr, /ended before the job did\.\nRun `d2cm resume ABC123`/);

	const deleted = await runD2cm(home, 'delete', 'ABC123');
	assert.equal(deleted.status, 3);
	assert.match(deleted.stderr, /was interrupted and has not ended/);
});

test('a migration that fails says why and ends with 3; its record stays', async t => {
	const home = await homeWithTemplate(t);
	const {status, stdout} = await runD2cm(home, 'migrate', 'tiny', '--cloud', 'local');
	assert.equal(status, 3);
	assert.match(stdout, /^Started migration mig-[0-9a-f]{8} \(tiny on local\)\.\n/);
	assert.match(stdout, /error +- +Ended: FAILED\. .*tiny\.vdi is not a VirtualBox disk image/);
	const [job] = await askD2cm<readonly JobSummary[]>(home, 'status');
	assert.deepEqual([job?.kind, job?.end?.state, job?.alive], ['migration', 'FAILED', false]);

	await rm(join(home, 'tiny.vdi'));
	const gone = await runD2cm(home, 'migrate', 'tiny', '--cloud', 'local');
	assert.equal(gone.status, 3);
	assert.match(gone.stderr, /tiny\.vdi does not exist\./);
});
