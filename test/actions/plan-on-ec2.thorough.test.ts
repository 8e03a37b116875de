import assert from 'node:assert/strict';
import {type TestContext, test} from 'node:test';
import type {DeploymentRequest} from '../../source/actions/d2cm.js';
import {openD2cm} from '../../source/actions/open-d2cm.js';
import {addAmi, strictAmi} from '../helpers/ec2-cloud-on.js';
import {startEc2Server} from '../helpers/ec2-server/ec2-server.js';
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
	return {server, plan};
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
