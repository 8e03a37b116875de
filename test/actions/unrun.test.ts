import assert from 'node:assert/strict';
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import type {D2cm, DeploymentPlan} from '../../source/actions/d2cm.js';
import {NotStartedError, UnrunDamagedError, UnrunGoneError} from '../../source/actions/errors/unrun-errors.js';
import {findUses} from '../../source/actions/find-uses.js';
import {openD2cm} from '../../source/actions/open-d2cm.js';
import {isInterrupted, resumeStopped} from '../../source/actions/resume-stopped.js';
import {writeDeployment} from '../../source/engine/deployments/deployment-file.js';
import {cloudSchema} from '../../source/store/database.js';
import {openStore} from '../../source/store/open-store.js';
import {callHere} from '../helpers/call-here.js';
import {homeWithTemplate} from '../helpers/home-with-template.js';

const request = {template: 'pair', cloud: 'local', problemSize: 7, types: {Master: 'local.medium'}};

/** Its process finds no such cloud, and ends without having made anything. */
const nowhere = (plan: DeploymentPlan): DeploymentPlan => ({
	...plan,
	deployment: {...plan.deployment, cloud: 'gone'},
});

async function ended(d2cm: D2cm, id: string): Promise<string | undefined> {
	while ((await d2cm.job(id)).alive) await new Promise(resolve => setTimeout(resolve, 20));
	return (await d2cm.job(id)).end?.state;
}

test('a deployment that was made and not started is listed as NOT_RUN, and nothing takes it for an interrupted job', async t => {
	const d2cm = await openD2cm(await homeWithTemplate(t));
	const made = await d2cm.keepDeployment(request);
	assert.deepEqual(await d2cm.jobs(), [made]);
	assert.deepEqual(
		[made.state, made.alive, made.isUnrun, made.end, isInterrupted(made)],
		['NOT_RUN', false, true, undefined, false],
	);
	assert.deepEqual(await resumeStopped(d2cm), {resumed: [], failed: []});
	for (const ask of [d2cm.resumeJob, d2cm.cancelJob, d2cm.planRerun, d2cm.provenance]) {
		await assert.rejects(ask(made.id), NotStartedError);
	}

	const {definition, nodes} = await d2cm.deployment(made.id);
	assert.deepEqual(
		definition.roles.map(({name, image, count, instanceType}) => [name, image, count, instanceType]),
		[
			['Master', 'tiny', 1, 'local.medium'],
			['Slave', 'tiny', 2, ''],
		],
	);
	assert.deepEqual([definition.problemSize, nodes], [7, []]);
	// What earlier versions look for: a definition in the folder, and an entry in the database.
	assert.deepEqual(await readdir(made.folder), ['unrun.json']);
	assert.deepEqual(d2cm.database().deployments, []);
});

test('started, it keeps its ID, runs its own copy of the template at the prices of now, and is a job like any other', async t => {
	const d2cm = await openD2cm(await homeWithTemplate(t));
	const {id} = await d2cm.keepDeployment(request);
	await d2cm.removeTemplate('pair');
	await d2cm.setPrice('local', 'local.medium', 0.25);
	const plan = await d2cm.planStart(id);
	assert.equal(plan.hourlyUsd, 0.25);
	assert.equal(plan.deployment.launchKey, `pair.${id}`);
	assert.deepEqual(
		plan.deployment.roles.map(({instanceType, startScripts}) => [instanceType, startScripts]),
		[
			['local.medium', []],
			['local.small', ['prepare']],
		],
	);
	const {isUnrun, folder} = await d2cm.startDeployment(nowhere(plan)).catch(async () => d2cm.job(id));
	assert.equal(isUnrun, undefined);
	await ended(d2cm, id);
	assert.ok(!(await readdir(folder)).includes('unrun.json'));
	assert.deepEqual(
		d2cm.database().deployments.map(entry => [entry.id, entry.problemSize]),
		[[id, 7]],
	);
	await assert.rejects(d2cm.planStart(id), UnrunGoneError);
	await assert.rejects(d2cm.changeDeployment(id, request), UnrunGoneError);
});

test('agreed to by two at once it is started once, and what was changed since its price was shown is not started', async t => {
	const home = await homeWithTemplate(t);
	const [d2cm, other] = [await openD2cm(home), await openD2cm(home)];
	const {id} = await d2cm.keepDeployment(request);
	const old = await d2cm.planStart(id);
	await other.changeDeployment(id, {...request, counts: {Slave: 5}, rolesOf: id});
	await assert.rejects(d2cm.startDeployment(nowhere(old)), /changed since its price was shown/);
	assert.equal((await d2cm.job(id)).isUnrun, true);

	const plans = [await d2cm.planStart(id), await other.planStart(id)] as const;
	assert.equal(plans[0].deployment.roles[1]?.count, 5);
	const outcomes = await Promise.all(
		[d2cm.startDeployment(nowhere(plans[0])), other.startDeployment(nowhere(plans[1]))].map(async started =>
			started.then(
				() => 'started',
				(error: Error) => error.name,
			),
		),
	);
	assert.equal(outcomes.filter(outcome => outcome === 'UnrunGoneError').length, 1, outcomes.join());
	await ended(d2cm, id);
	const begun = (await readFile(join((await d2cm.job(id)).folder, 'journal.jsonl'), 'utf8')).split('"owner"');
	assert.equal(begun.length - 1, 1);
});

test('whoever dies between making a job of it and starting that leaves a job to resume, known to the database', async t => {
	const d2cm = await openD2cm(await homeWithTemplate(t));
	const {id, folder} = await d2cm.keepDeployment(request);
	const {deployment} = nowhere(await d2cm.planStart(id));
	const unrun = await readFile(join(folder, 'unrun.json'), 'utf8');
	await writeDeployment(folder, deployment);
	const job = await d2cm.job(id);
	assert.deepEqual([job.isUnrun, isInterrupted(job)], [undefined, true]);
	await assert.rejects(d2cm.planStart(id), UnrunGoneError);
	await d2cm.resumeJob(id).catch(() => undefined);
	await ended(d2cm, id);
	assert.deepEqual(
		d2cm.database().deployments.map(entry => entry.id),
		[id],
	);
	// Nor does it come back as one that was not started, when it is forgotten.
	await writeDeployment(folder, {...deployment, cloud: 'local'});
	await writeFile(join(folder, 'unrun.json'), unrun);
	await mkdir(join(folder, 'Master'));
	await d2cm.deleteDeployment(id, {results: 'keep'});
	assert.deepEqual((await readdir(folder)).toSorted(), ['Master', 'deleted-deployment.json', 'journal.jsonl']);
	assert.deepEqual(await d2cm.jobs(), []);
});

test('it is deleted at once, without its cloud, and one that is damaged is listed and can be deleted too', async t => {
	const d2cm = await openD2cm(await homeWithTemplate(t));
	const store = await openStore(d2cm.home);
	await store.update(draft => {
		draft.clouds.push(cloudSchema.parse({name: 'far', kind: 'eucalyptus'}));
	});
	const one = await d2cm.keepDeployment({...request, cloud: 'far', types: {}});
	const other = await d2cm.keepDeployment(request);
	await writeFile(join(other.folder, 'unrun.json'), '{"id":');
	assert.match((await d2cm.job(other.id)).damages.join(), /unrun\.json cannot be understood/);
	await assert.rejects(d2cm.planStart(other.id), UnrunDamagedError);
	for (const {id} of [one, other]) {
		await d2cm.deleteDeployment(id, {results: 'keep'});
	}

	assert.deepEqual(await d2cm.jobs(), []);
	assert.deepEqual(await readdir(join(d2cm.home, 'deployments')), []);
});

test('it keeps no cloud from being removed, which leaves no place to look for remains, and says so when it is started', async t => {
	const d2cm = await openD2cm(await homeWithTemplate(t));
	await d2cm.saveCredential({
		name: 'lab',
		userId: '',
		accessKey: 'A',
		secretKey: 's',
		certificate: '',
		privateKey: '',
		profile: '',
	});
	await d2cm.saveCloud(
		cloudSchema.parse({name: 'far', kind: 'eucalyptus', credential: 'lab', ec2Url: 'http://127.0.0.1:1/'}),
	);
	const {id} = await d2cm.keepDeployment({...request, cloud: 'far', types: {}});
	assert.deepEqual(findUses({cloud: 'far'}, d2cm.database(), await d2cm.jobs()), []);
	await d2cm.removeCloud('far');
	assert.deepEqual(d2cm.database().places, []);
	await d2cm.removeCredential('lab');
	await assert.rejects(d2cm.planStart(id), /There is no cloud named far/);
});

test('what does not fit the template, or is on no cloud known here, is refused when it is made', async t => {
	const d2cm = await openD2cm(await homeWithTemplate(t));
	await assert.rejects(d2cm.keepDeployment({...request, counts: {Slvae: 1}}), /has no role Slvae/);
	await assert.rejects(d2cm.keepDeployment({...request, counts: {Slave: 0}}), /cannot have 0 instances/);
	await assert.rejects(d2cm.keepDeployment({...request, maxHours: 9999}), /9999 hours are not possible/);
	await assert.rejects(d2cm.keepDeployment({...request, cloud: 'lcoal'}), /no cloud named lcoal/);
	assert.deepEqual(await d2cm.jobs(), []);
});

test('the command line makes, changes and starts one, and tells the price again each time', async t => {
	const home = await homeWithTemplate(t);
	const d2cm = await openD2cm(home);
	const said = async (...words: string[]) => {
		const {status, stdout, stderr} = await callHere(home, words);
		return `${status} ${stdout}${stderr}`;
	};
	const made = await callHere(home, ['deploy', 'pair', '--cloud', 'local', '--size', '7', '--later', '--json']);
	const {id, isUnrun} = JSON.parse(made.stdout) as {id: string; isUnrun: boolean};
	assert.equal(isUnrun, true);
	assert.match(made.stderr, /rate of \$0\.00 per hour \(3 instances on local\)/);
	assert.match(await said('status'), new RegExp(`NOT_RUN: d2cm start ${id}`));
	assert.match(await said('status', id), /Problem size +7\n.*Slave +tiny +2 +the smallest that fits/s);
	assert.match(await said('resume', id), /^0 .*was not started yet/);
	assert.match(await said('events', id, '--follow'), /^3 .*was not started yet/);
	assert.match(await said('cancel', id), /^3 .*was not started yet/);
	assert.match(await said('change', id), /^2 .*not said what to change/);
	await d2cm.setPrice('local', 'local.medium', 0.5);
	assert.match(await said('change', id, '--size', '9', '--type', 'Slave=local.medium'), /\$1\.00 per hour/);
	assert.match(await said('change', id, '--type', 'Slave=no.such'), /^0 .*cannot be started as it is now: .*no\.such/s);
	assert.match(await said('start', id, '--yes'), /^3 .*no instance type no\.such/s);
	assert.match(await said('change', id, '--type', 'Slave=local.medium'), /^0 /);
	assert.equal((await d2cm.deployment(id)).definition.problemSize, 9);
	await d2cm.setPrice('local', 'local.medium', 0.75);
	assert.match(await said('start', id), /^3 Charges .* \$1\.50 per hour.*not agreed to/s);
	assert.equal((await d2cm.job(id)).isUnrun, true);
	assert.match(await said('delete', id, '--json'), /^0 \{"deleted":/);
	assert.match(await said('start', id), /^3 There is no migration or deployment/);
});
