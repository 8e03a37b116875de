import assert from 'node:assert/strict';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import type {DeploymentRequest} from '../../source/actions/d2cm.js';
import {openD2cm} from '../../source/actions/open-d2cm.js';
import {writeDeployment} from '../../source/engine/deployments/deployment-file.js';
import {templateSchema} from '../../source/engine/templates/template.js';
import {addAmi, strictAmi} from '../helpers/ec2-cloud-on.js';
import {startEc2Server} from '../helpers/ec2-server/ec2-server.js';
import type {WorldImage} from '../helpers/ec2-server/ec2-world.js';
import {oldType} from '../helpers/ec2-server/instance-world.js';
import {sixHome} from '../helpers/six-home.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

/** A data folder with the template `six`, on a strict server that has further types, smaller than any the AMI starts on. */
async function planning(t: TestContext) {
	const server = await startEc2Server();
	t.after(async () => server.close());
	const {rules} = server.world.compute;
	const nano = {vcpus: 1, memoryMib: 512, hourlyUsd: 0.0058};
	rules.types = [
		{...nano, name: 't2.nano', architectures: ['i386', 'x86_64'], bootModes: ['legacy-bios']},
		{...nano, name: 't4g.nano', architectures: ['arm64'], bootModes: ['uefi']},
		...rules.types,
	];
	addAmi(server, {bootMode: 'uefi'});
	const root = await temporaryFolder(t);
	const d2cm = await openD2cm(await sixHome({name: 'strict', url: server.url, sshPort: 22, imageId: strictAmi, root}));
	const plan = async (request: Partial<DeploymentRequest> = {}) =>
		d2cm.planDeployment({template: 'six', cloud: 'strict', problemSize: 1, types: {}, counts: {}, ...request});
	return {server, plan, d2cm};
}

test('of the types of an EC2 the plan takes the smallest that the AMI starts on, and leaves out others that it does not', async t => {
	const {plan} = await planning(t);
	const {deployment, remarks} = await plan({otherTypes: {Worker: ['t4g.nano', 'm5.large']}});
	assert.deepEqual(
		deployment.roles.map(({name, instanceType, otherTypes}) => [name, instanceType, otherTypes]),
		[
			['Master', 't3.micro', []],
			['Worker', 't3.micro', ['m5.large']],
			['Store', 't3.micro', []],
		],
	);
	assert.deepEqual(remarks, [`The AMI ${strictAmi} is for x86_64, and t4g.nano is arm64. It is not tried for Worker.`]);
	await assert.rejects(plan({types: {Worker: 't2.nano'}}), {
		name: 'ImageMisfitError',
		message: `The AMI ${strictAmi} boots by uefi, and t2.nano by legacy-bios.`,
		hint: 'Choose another instance type.',
	});
});

for (const [what, ami, why] of [
	[
		'without enhanced networking (ENA)',
		{enaSupport: false, bootMode: 'legacy-bios'},
		'is not registered for enhanced networking (ENA), and m5.large starts no other',
	],
	[
		'that is paravirtual',
		{virtualizationType: 'paravirtual', enaSupport: false, bootMode: undefined, kernelId: 'aki-52a34525'},
		'is paravirtual, and m5.large is for hvm',
	],
] as const) {
	test(`an AMI ${what}, whoever made it, gets a type that starts it, and one that does not is refused in the plan`, async t => {
		const {server, plan} = await planning(t);
		const {rules} = server.world.compute;
		rules.types = [
			...rules.types.map(type => ({...type, virtualizations: ['hvm'], ena: 'required' as const})),
			oldType,
		];
		addAmi(server, ami);
		const {deployment} = await plan();
		assert.deepEqual(new Set(deployment.roles.map(({instanceType}) => instanceType)), new Set(['m3.medium']));
		await assert.rejects(plan({types: {Worker: 'm5.large'}}), {
			name: 'ImageMisfitError',
			message: `The AMI ${strictAmi} ${why}.`,
		});
	});
}

test('where instances are to stop, the plan says that they may not be started again', async t => {
	const {server, plan} = await planning(t);
	assert.deepEqual((await plan({leaseEnds: 'stop'})).remarks, []);
	server.accounts.get('AKIDTEST')?.denied.add('StartInstances');
	assert.deepEqual((await plan()).remarks, []);
	assert.equal(server.counts.byAction.get('StartInstances'), 1, 'where nothing stops, nothing is asked');
	const {remarks} = await plan({leaseEnds: 'stop'});
	assert.match(remarks.join('\n'), /^The credential has no right to ec2:StartInstances, .* stay so, with their disks/);
});

const foreign = 'ami-0f0000000000000b1';

/** The template `lone`, whose only role names this AMI. */
async function planningLone(t: TestContext, role: object = {}) {
	const {server, plan, d2cm} = await planning(t);
	await d2cm.saveTemplate(templateSchema.parse({name: 'lone', roles: [{name: 'Master', image: foreign, ...role}]}));
	const add = (changes: Partial<WorldImage> = {}) =>
		addAmi(server, {
			id: foreign,
			name: 'ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-arm64-server-20261101',
			owner: '099720109477',
			launchPermissions: new Set(['all']),
			...changes,
		});
	return {
		server,
		d2cm,
		add,
		plan: async (request: Partial<DeploymentRequest> = {}) => plan({template: 'lone', ...request}),
	};
}

test('a role that names an AMI of somebody else runs it, on a type that starts it, as a user yet to be found', async t => {
	const {add, plan} = await planningLone(t);
	add({architecture: 'arm64', bootMode: 'uefi'});
	const {deployment, remarks} = await plan();
	const [role] = deployment.roles;
	assert.deepEqual([role?.imageId, role?.instanceType, role?.user], [foreign, 't4g.nano', undefined]);
	assert.deepEqual(role?.logins?.slice(0, 2), ['ubuntu', 'root']);
	assert.equal(role?.origin, undefined);
	assert.deepEqual(remarks, ['no role runs anything: the run is over as soon as all instances are up']);
	await assert.rejects(plan({types: {Master: 't3.micro'}}), {
		name: 'ImageMisfitError',
		message: /is for arm64, and t3\.micro is x86_64/,
	});
});

test('where the role says who logs in, nobody is looked for; what D2CM made is entered by root, also by its id', async t => {
	const {add, d2cm, plan} = await planningLone(t, {user: 'scientist'});
	add();
	const [given] = (await plan()).deployment.roles;
	assert.deepEqual([given?.user, given?.logins], ['scientist', ['scientist']]);
	await d2cm.saveTemplate(templateSchema.parse({name: 'lone', roles: [{name: 'Master', image: strictAmi}]}));
	const [ours] = (await plan()).deployment.roles;
	assert.deepEqual([ours?.imageId, ours?.user, ours?.logins], [strictAmi, undefined, ['root']]);
	await d2cm.saveTemplate(templateSchema.parse({name: 'lone', roles: [{name: 'Master', image: foreign}]}));
	add({owner: undefined, tags: new Map([['d2cm:installation', 'of another folder']])});
	const [also] = (await plan()).deployment.roles;
	assert.deepEqual(also?.logins, ['root']);
});

test('an AMI that is not there, of another region, not ready, failed, or of Windows is a sentence, before anything is asked for', async t => {
	const {server, add, d2cm, plan} = await planningLone(t);
	await assert.rejects(plan(), {
		name: 'UnknownImageError',
		message: `The cloud strict has no AMI ${foreign}.`,
		hint: /Check the id, and the region of the cloud/,
	});
	add({launchPermissions: new Set()});
	await assert.rejects(plan(), {name: 'UnknownImageError'}, 'private to another account');
	add({state: 'pending'});
	await assert.rejects(plan(), {
		message: `The AMI ${foreign} is not ready yet: the cloud says pending.`,
		hint: /^Wait/,
	});
	add({failure: 'Client.InvalidManifest'});
	await assert.rejects(plan(), {message: `The AMI ${foreign} cannot be started: the cloud says failed.`});
	add({platformDetails: 'Windows'});
	await assert.rejects(plan(), {message: `The AMI ${foreign} runs Windows, where D2CM cannot log in.`});
	server.world.images.delete(foreign);
	await d2cm.registerAmi({id: foreign, cloud: 'local', image: ''});
	await assert.rejects(plan(), {
		message: `The AMI ${foreign} is in local, not in strict.`,
		hint: /^Deploy to local, or name an AMI of strict in the role/,
	});
	assert.equal(server.counts.byAction.get('RunInstances') ?? 0, 0);
});

test('what is billed as something else than Linux has no price but that of the table, and so no cap without it', async t => {
	const {add, d2cm, plan} = await planningLone(t);
	await d2cm.setPrice('strict', 't3.micro', 0.04);
	await d2cm.setPrice('strict', 'm5.large', undefined);
	add({platformDetails: 'Red Hat Enterprise Linux'});
	const {hourlyUsd, remarks} = await plan({types: {Master: 'm5.large'}});
	assert.equal(hourlyUsd, undefined);
	assert.match(
		remarks.join('\n'),
		/billed as Red Hat Enterprise Linux, not as Linux: what it costs an hour is not known/,
	);
	await assert.rejects(
		plan({types: {Master: 'm5.large'}, capUsd: 1}),
		/A cap cannot be kept where a price is not known/,
	);
	assert.equal((await plan({types: {Master: 't3.micro'}, capUsd: 1})).hourlyUsd, 0.04);
});

test('a rerun of what ran an AMI by its id looks for its user as the first run did', async t => {
	const {add, d2cm, plan} = await planningLone(t);
	add();
	const {deployment} = await plan();
	await writeDeployment(join(d2cm.home, 'deployments', 'lone', deployment.id), deployment);
	const {deployment: again} = await d2cm.planRerun(deployment.id);
	assert.deepEqual(again.roles, deployment.roles);
});

test('the AMI of somebody else that is made known has the name its cloud gives it', async t => {
	const {add, d2cm} = await planningLone(t);
	add();
	const ami = await d2cm.registerAmi({id: foreign, cloud: 'strict', image: ''});
	assert.match(ami.name ?? '', /^ubuntu\/images/);
});
