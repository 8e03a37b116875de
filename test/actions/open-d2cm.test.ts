import assert from 'node:assert/strict';
import {mkdir, readdir, readFile, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'node:test';
import {BuiltInCloudError} from '../../source/actions/errors/built-in-cloud-error.js';
import {JobActiveError} from '../../source/actions/errors/job-active-error.js';
import {NameTakenError} from '../../source/actions/errors/name-taken-error.js';
import {RegionKeptError} from '../../source/actions/errors/region-kept-error.js';
import {StillUsedError} from '../../source/actions/errors/still-used-error.js';
import {UnknownNameError} from '../../source/actions/errors/unknown-name-error.js';
import {holdJobs} from '../../source/actions/hold-jobs.js';
import {openD2cm} from '../../source/actions/open-d2cm.js';
import type {Deployment} from '../../source/engine/deployments/deployment.js';
import {cloudSchema, kernelSchema} from '../../source/store/database.js';
import {InvalidEntryError} from '../../source/store/invalid-entry-error.js';
import {openJournal} from '../../source/store/journal-file.js';
import {openStore} from '../../source/store/open-store.js';
import {jobPaths} from '../../source/store/paths.js';
import {lockHolder, tryLock} from '../../source/store/process-lock.js';
import {ended, startChild} from '../helpers/child.js';
import {amiId, homeWithTemplate} from '../helpers/home-with-template.js';
import {runD2cm} from '../helpers/run-d2cm.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const secret = 'wJalrXUtnFEMI-K7MDENG-bPxRfiCYEXAMPLEKEY';

const credential = {
	name: 'amazon',
	userId: '123456789012',
	accessKey: 'AKIAEXAMPLE',
	secretKey: secret,
	certificate: '',
	privateKey: '',
	profile: '',
};

const cloud = cloudSchema.parse({name: 'mine', kind: 'eucalyptus', credential: 'amazon'});

test('a secret key is in the database alone, and that is private', async t => {
	const home = await temporaryFolder(t);
	await (await openD2cm(home)).saveCredential(credential);
	for (const words of [['image', 'list'], ['reap']]) {
		const {stdout, stderr} = await runD2cm(home, ...words, '--json');
		assert.equal(`${stdout}${stderr}`.includes(secret), false);
	}

	const holders = [];
	for (const entry of await readdir(home, {recursive: true, withFileTypes: true})) {
		const path = join(entry.parentPath, entry.name);
		if (entry.isFile() && (await readFile(path, 'utf8')).includes(secret)) {
			holders.push(entry.name);
			assert.equal((await stat(path)).mode & 0o777, 0o600);
		}
	}

	assert.deepEqual(holders.toSorted(), ['db.json', 'db.json.bak']);
});

test('what is used is not removed, what is unknown is named, `local` stays', async t => {
	const d2cm = await openD2cm(await homeWithTemplate(t));
	await assert.rejects(d2cm.saveCloud(cloud), InvalidEntryError);
	await d2cm.saveCredential(credential);
	await d2cm.saveCloud(cloud);
	await d2cm.saveCredential({...credential, accessKey: 'other'});
	assert.deepEqual(
		d2cm.database().credentials.map(({accessKey}) => accessKey),
		['other'],
	);
	await assert.rejects(d2cm.removeCredential('amazon'), StillUsedError);
	const store = await openStore(d2cm.home);
	const deployment = {id: 'ABC123', template: 'pair', cloud: 'mine', problemSize: 1, createdAt: ''};
	await store.update(draft => {
		draft.deployments.push(deployment);
	});
	await assert.rejects(d2cm.removeCloud('mine'), /deployment ABC123/);
	await assert.rejects(d2cm.saveCloud({...cloud, region: 'eu-west-1'}), (error: unknown) => {
		assert.ok(error instanceof RegionKeptError);
		assert.match(error.message, /keeps its region .*deployment ABC123/);
		return true;
	});
	await d2cm.saveCloud({...cloud, sshPort: 2222});
	await store.update(draft => {
		draft.deployments = [];
	});
	await d2cm.saveCloud({...cloud, region: 'eu-west-1'});
	assert.equal(d2cm.database().clouds.find(({name}) => name === 'mine')?.region, 'eu-west-1');
	const {kernels, prices} = d2cm.database();
	await d2cm.saveKernel(kernelSchema.parse({id: 'aki-12345678', kind: 'kernel', cloud: 'mine'}));
	await store.update(draft => {
		draft.prices.push({cloud: 'mine', type: 'm1.large', hourlyUsd: 1});
	});
	await d2cm.saveCloud({...cloud, name: 'ours'}, {replaces: 'mine'});
	await assert.rejects(d2cm.saveCloud({...cloud, name: 'local'}, {replaces: 'ours'}), BuiltInCloudError);
	await assert.rejects(d2cm.saveCloud({...cloud, name: 'us-east-1'}, {replaces: 'ours'}), NameTakenError);
	assert.equal(d2cm.database().clouds.filter(({name}) => name === 'mine').length, 0);
	assert.deepEqual([d2cm.database().kernels.at(-1)?.cloud, d2cm.database().prices.at(-1)?.cloud], ['ours', 'ours']);
	await d2cm.removeCloud('ours');
	assert.deepEqual([d2cm.database().kernels, d2cm.database().prices], [kernels, prices], 'they went with the cloud');
	await d2cm.removeCredential('amazon');
	await assert.rejects(d2cm.removeCloud('mine'), UnknownNameError);
	await assert.rejects(d2cm.removeCloud('local'), BuiltInCloudError);
	await assert.rejects(d2cm.saveCloud({...cloud, name: 'local', credential: ''}), BuiltInCloudError);
	await assert.rejects(d2cm.removeImage('tiny'), StillUsedError);
	await assert.rejects(d2cm.removeAmi('local', 'ami-12345678'), UnknownNameError);
	await assert.rejects(
		d2cm.registerAmi({id: 'ami-x', image: '', cloud: 'local', createdAt: '', virtualBytes: 1, migration: ''}),
		InvalidEntryError,
	);
	await d2cm.removeAmi('local', amiId);
	assert.deepEqual(d2cm.database().amis, []);
});

test('a plan freezes the template with types, counts, AMI and price', async t => {
	const d2cm = await openD2cm(await homeWithTemplate(t));
	const plan = await d2cm.planDeployment({
		template: 'pair',
		cloud: 'local',
		problemSize: 7,
		types: {Master: 'local.medium'},
		counts: {Slave: 1},
	});
	assert.match(plan.deployment.id, /^[A-Z0-9]{6}$/);
	assert.equal(plan.deployment.launchKey, `pair.${plan.deployment.id}`);
	assert.deepEqual(
		plan.deployment.roles.map(role => [role.name, role.count, role.instanceType, role.imageId, role.hourlyUsd]),
		[
			['Master', 1, 'local.medium', amiId, 0],
			['Slave', 1, 'local.small', amiId, 0],
		],
	);
	assert.equal(plan.priceLine, 'Charges will start at the rate of $0.00 per hour (2 instances on local).');
	assert.deepEqual(await d2cm.jobs(), [], 'a plan is no job');
});

test('the time of a deployment begins when it is started, however long its plan was looked at', async t => {
	const d2cm = await openD2cm(await homeWithTemplate(t));
	const plan = await d2cm.planDeployment({template: 'pair', cloud: 'local', problemSize: 1});
	const {id} = plan.deployment;
	const long = {...plan, deployment: {...plan.deployment, createdAt: '2026-11-22T10:00:00.000Z', cloud: 'gone'}};
	const startedAt = new Date().toISOString();
	await d2cm.startDeployment(long).catch(() => undefined);
	const {createdAt} = await d2cm.job(id);
	// Its process finds no such cloud and ends.
	while ((await d2cm.job(id)).alive) await new Promise(resolve => setTimeout(resolve, 20));
	assert.ok(createdAt >= startedAt, createdAt);
	assert.equal(d2cm.database().deployments.find(entry => entry.id === id)?.createdAt, createdAt);
});

test('changes by other processes and in jobs are told of', async t => {
	const home = await homeWithTemplate(t);
	const d2cm = await openD2cm(home);
	let notices = 0;
	const stop = d2cm.onChange(() => notices++);
	t.after(stop);
	const told = async (before: number) => {
		while (notices === before) {
			await new Promise(resolve => setTimeout(resolve, 20));
		}

		return notices;
	};

	let count = notices;
	await ended(startChild('hammer-store.js', home, 'x', '1'));
	count = await told(count);
	while (d2cm.database().kernels.length === 0) {
		count = await told(count);
	}

	await d2cm.removeKernel('local', 'aki-x-0');
	await told(count);
	await new Promise(resolve => setTimeout(resolve, 1000));

	count = notices;
	const {folder} = await endedJob(d2cm.home, 'ABC123');
	await told(count);
	await new Promise(resolve => setTimeout(resolve, 1000));

	count = notices;
	const lock = await tryLock(jobPaths(folder).lock);
	await told(count);
	await lock?.release();
	stop();
});

test('an ended job is forgotten; its results stay unless they are to go, its secrets never', async t => {
	const d2cm = await openD2cm(await homeWithTemplate(t));
	const {folder, definition} = await endedJob(d2cm.home, 'ABC123');
	await mkdir(join(folder, 'Master', 'i-1'), {recursive: true});
	await writeFile(join(folder, 'Master', 'i-1', 'pi.txt'), '3.14');
	await mkdir(join(folder, 'keys'));
	await writeFile(join(folder, 'pair.ABC123.pem'), 'PRIVATE');
	const view = await d2cm.deployment('ABC123');
	assert.deepEqual(view.results, [{path: 'Master/i-1/pi.txt', bytes: 4}]);
	assert.equal(view.summary.end?.state, 'COMPLETED');
	const {request} = await d2cm.cloneDeployment('ABC123');
	assert.deepEqual(request, {
		template: 'pair',
		rolesOf: 'ABC123',
		cloud: 'local',
		problemSize: 5,
		types: {Master: 'local.small'},
		counts: {Master: 3},
		spot: {Master: false},
		otherTypes: {Master: []},
	});

	const lock = await tryLock(jobPaths(folder).lock);
	await assert.rejects(d2cm.deleteDeployment('ABC123', {results: 'delete'}), JobActiveError);
	await lock?.release();
	await d2cm.deleteDeployment('ABC123', {results: 'keep'});
	assert.deepEqual((await readdir(folder)).toSorted(), ['Master', 'deleted-deployment.json', 'journal.jsonl']);
	assert.deepEqual(await d2cm.jobs(), []);

	const other = await endedJob(d2cm.home, 'XYZ789', definition);
	await d2cm.deleteDeployment('XYZ789', {results: 'delete'});
	await assert.rejects(stat(other.folder));
});

test('a job whose remains are being reaped does not live: it is neither resumed nor cancelled, and who reaps is not told to end', async t => {
	const d2cm = await openD2cm(await homeWithTemplate(t));
	const {folder} = await endedJob(d2cm.home, 'ABC123');
	const {journal, lock, cancel} = jobPaths(folder);
	const [owner = ''] = (await readFile(journal, 'utf8')).split('\n');
	await writeFile(journal, `${owner}\n`);
	let signals = 0;
	const onSignal = () => void signals++;
	process.on('SIGTERM', onSignal);
	t.after(() => process.off('SIGTERM', onSignal));
	const {release} = await holdJobs(new Set(['pair.ABC123']), await d2cm.jobs());
	t.after(release);
	assert.equal((await lockHolder(lock))?.pid, process.pid);
	assert.equal((await d2cm.job('ABC123')).alive, false);
	for (const ask of [d2cm.resumeJob, d2cm.cancelJob]) {
		await assert.rejects(
			ask('ABC123'),
			/^JobActiveError: What job ABC123 has left is just being removed, by process \d+\.$/,
		);
	}

	await assert.rejects(stat(cancel));
	assert.equal(signals, 0);
});

async function endedJob(home: string, id: string, like?: Deployment) {
	const definition: Deployment = {
		id,
		template: 'pair',
		launchKey: `pair.${id}`,
		installation: 'x',
		createdAt: '2026-11-22T10:00:00.000Z',
		cloud: 'local',
		problemSize: 5,
		roles: like?.roles ?? [
			{
				name: 'Master',
				image: 'tiny',
				count: 3,
				uploads: [],
				startScripts: [],
				asyncScripts: [],
				doneChecks: [],
				downloads: [],
				monitoring: false,
				spot: false,
				otherTypes: [],
				imageId: amiId,
				instanceType: 'local.small',
				hourlyUsd: 0,
				user: 'root',
			},
		],
		maxRunMinutes: 1,
		holdMinutes: 1,
	};
	const folder = join(home, 'deployments', 'pair', id);
	await mkdir(folder, {recursive: true});
	await writeFile(join(folder, 'deployment.json'), JSON.stringify(definition));
	const journal = await openJournal(jobPaths(folder).journal);
	await journal.append({kind: 'owner', pid: 1, version: '0'});
	await journal.append({kind: 'end', state: 'COMPLETED'});
	await journal.close();
	return {folder, definition};
}
