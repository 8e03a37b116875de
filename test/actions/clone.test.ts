import assert from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {openD2cm} from '../../source/actions/open-d2cm.js';
import {writeDeployment} from '../../source/engine/deployments/deployment-file.js';
import {cloudSchema} from '../../source/store/database.js';
import {openStore} from '../../source/store/open-store.js';
import {callHere} from '../helpers/call-here.js';
import {amiId, homeWithTemplate} from '../helpers/home-with-template.js';

/** A data folder with a deployment that ran as the template was then, and has ended. */
async function homeWithRun(t: Parameters<typeof homeWithTemplate>[0]) {
	const d2cm = await openD2cm(await homeWithTemplate(t));
	const request = {template: 'pair', cloud: 'local', problemSize: 7, counts: {Slave: 3}, maxHours: 2};
	const {deployment} = await d2cm.planDeployment(request);
	await writeDeployment(join(d2cm.home, 'deployments', 'pair', deployment.id), deployment);
	const [template] = d2cm.database().templates;
	assert.ok(template);
	return {d2cm, deployment, template, store: await openStore(d2cm.home)};
}

test('a clone runs the same roles and scripts when the template was changed or removed since, and says in which lines it differs', async t => {
	const {d2cm, deployment, template} = await homeWithRun(t);
	const {request, templateNow, changes} = await d2cm.cloneDeployment(deployment.id);
	assert.deepEqual([templateNow, changes], ['same', []], 'the count that was asked for is no change of the template');
	const [master, slave] = template.roles;
	assert.ok(master && slave);
	await d2cm.saveTemplate({
		...template,
		roles: [
			{...master, asyncScripts: ['run --fast'], count: 4},
			{...slave, name: 'Worker'},
		],
	});
	const changed = await d2cm.cloneDeployment(deployment.id);
	assert.equal(changed.templateNow, 'changed');
	assert.deepEqual(changed.changes, [
		'role Master:',
		'-   - run',
		'+   - run --fast',
		'role Slave:',
		'- name: Slave',
		'- image: tiny',
		'- count: 3',
		'- startScripts:',
		'-   - prepare',
		'role Worker:',
		'+ name: Worker',
		'+ image: tiny',
		'+ count: 2',
		'+ startScripts:',
		'+   - prepare',
	]);
	const scripts = async (wanted: typeof request) =>
		(await d2cm.planDeployment(wanted)).deployment.roles.map(({name, count, asyncScripts}) => [
			name,
			count,
			...asyncScripts,
		]);
	const same = [
		['Master', 1, 'run'],
		['Slave', 3],
	];
	assert.deepEqual(await scripts(request), same);
	await d2cm.removeTemplate('pair');
	assert.equal((await d2cm.cloneDeployment(deployment.id)).templateNow, 'removed');
	assert.deepEqual(await scripts(request), same);
	// One that was made of it runs the same once more, whatever becomes of that.
	const {id} = await d2cm.keepDeployment(request);
	await d2cm.deleteDeployment(deployment.id, {results: 'delete'});
	assert.deepEqual(await scripts((await d2cm.cloneDeployment(id)).request), same);
});

test('a clone runs the AMIs that the deployment had while they are there, tells of newer ones, and takes those of another cloud there', async t => {
	const {d2cm, deployment, store} = await homeWithRun(t);
	const {request} = await d2cm.cloneDeployment(deployment.id);
	const newer = 'ami-00001234';
	await store.update(draft => {
		const [ami] = draft.amis;
		assert.ok(ami);
		draft.amis.push({...ami, id: newer, createdAt: '2999-01-01T00:00:00.000Z'});
	});
	const plan = await d2cm.planDeployment(request);
	assert.deepEqual(
		plan.deployment.roles.map(({imageId}) => imageId),
		[amiId, amiId],
	);
	assert.match(plan.remarks.join('\n'), /Master runs the AMI ami-0000abcd, as before; ami-00001234 .* is newer/);
	const {rolesOf: _, ...fresh} = request;
	await assert.rejects(d2cm.planDeployment(fresh), /ami-00001234/, 'the newest, which is not in the cloud');
	// No image of this name is registered any more: what was made of it still runs.
	await store.update(draft => {
		draft.images = [];
	});
	assert.equal((await d2cm.planDeployment(request)).deployment.roles[0]?.imageId, amiId);
});

test('where an AMI of a clone is gone, the newest of its image is taken, and that is said', async t => {
	const {d2cm, deployment} = await homeWithRun(t);
	const gone = {...deployment, id: 'GONE00', launchKey: 'pair.GONE00'};
	const roles = deployment.roles.map(role => ({...role, imageId: 'ami-99999999'}));
	await writeDeployment(join(d2cm.home, 'deployments', 'pair', gone.id), {...gone, roles});
	const plan = await d2cm.planDeployment((await d2cm.cloneDeployment(gone.id)).request);
	assert.equal(plan.deployment.roles[0]?.imageId, amiId);
	assert.match(plan.remarks.join('\n'), /The AMI ami-99999999 of Master is gone: it runs ami-0000abcd, the newest/);
	await assert.rejects(d2cm.planRerun(gone.id), /ami-99999999/, 'a rerun is the very same or nothing');
});

test('clone says what it does not take from the template as it is now, takes it when asked, and may be kept for later', async t => {
	const {d2cm, deployment, template} = await homeWithRun(t);
	const {id} = deployment;
	await d2cm.saveTemplate({...template, roles: template.roles.map(role => ({...role, monitoring: true}))});
	const kept = await callHere(d2cm.home, ['clone', id, '--size', '9', '--later', '--json']);
	assert.equal(kept.status, 0, kept.stderr);
	assert.match(kept.stderr, /was changed since .*role Slave:\n +\+ monitoring: true\nThis runs as \S+ did/s);
	const clone = (JSON.parse(kept.stdout) as {id: string}).id;
	const monitored = async (one: string) =>
		(await d2cm.planStart(one)).deployment.roles.map(({monitoring, count}) => [monitoring, count]);
	assert.deepEqual(await monitored(clone), [
		[false, 1],
		[false, 3],
	]);
	assert.deepEqual((await d2cm.planStart(clone)).deployment.problemSize, 9);
	const changed = await callHere(d2cm.home, ['change', clone, '--template-now']);
	assert.equal(changed.status, 0, changed.stderr);
	assert.deepEqual(await monitored(clone), [
		[true, 1],
		[true, 3],
	]);
	await d2cm.removeTemplate('pair');
	const removed = await callHere(d2cm.home, ['clone', id]);
	assert.match(removed.stderr, /The template pair was removed since/);
	assert.match(removed.stdout, /Charges will start/);
	assert.match((await callHere(d2cm.home, ['clone', id, '--template-now'])).stderr, /There is no template named pair/);
});

test('on another cloud a clone keeps the types that are there, and says where it takes the smallest that fits', async t => {
	const {d2cm, deployment, store} = await homeWithRun(t);
	await store.update(draft => {
		draft.clouds.push(cloudSchema.parse({name: 'far', kind: 'eucalyptus'}));
	});
	const open = async () => ({
		...d2cm,
		instanceTypes: async () => [{name: 'm1.large', vcpus: 1, memoryMib: 1, hourlyUsd: 1}],
	});
	const words = ['clone', deployment.id, '--cloud', 'far', '--type', 'Master=m1.large', '--later', '--json'];
	const {stdout, stderr} = await callHere(d2cm.home, words, open);
	assert.match(stderr, /far has no local\.small: Slave gets the smallest type there/);
	assert.match(stderr, /It cannot be started as it is now/);
	const {request} = await d2cm.cloneDeployment((JSON.parse(stdout) as {id: string}).id);
	assert.deepEqual(request.types, {Master: 'm1.large'});
});
