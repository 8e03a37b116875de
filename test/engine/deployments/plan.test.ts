import assert from 'node:assert/strict';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {readDeployment, writeDeployment} from '../../../source/engine/deployments/deployment-file.js';
import {DeploymentFileError} from '../../../source/engine/deployments/deployment-file-error.js';
import {newDeploymentId} from '../../../source/engine/deployments/deployment-id.js';
import {type PlanInput, planDeployment} from '../../../source/engine/deployments/plan.js';
import {PlanError} from '../../../source/engine/deployments/plan-error.js';
import {RunTimeError} from '../../../source/engine/deployments/run-time-error.js';
import {templateSchema} from '../../../source/engine/templates/template.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const template = templateSchema.parse({
	name: 'pi',
	roles: [
		{name: 'Master', image: 'worker'},
		{name: 'Slave', image: 'worker', count: 2},
	],
});

const type = (name: string, memoryMib: number, hourlyUsd: number | undefined) => ({
	name,
	vcpus: 1,
	memoryMib,
	hourlyUsd,
});

function plan(changes: Partial<PlanInput> = {}, request: Partial<PlanInput['request']> = {}) {
	return planDeployment({
		template,
		request: {cloud: 'local', problemSize: 100, ...request},
		instanceTypes: [
			type('local.large', 2048, 0),
			type('local.small', 512, 0),
			type('odd', 4096, undefined),
			type('paid', 4096, 0.0042),
		],
		amis: [
			{id: 'ami-00000002', image: 'worker', createdAt: '2026-11-02T00:00:00.000Z'},
			{id: 'ami-00000001', image: 'worker', createdAt: '2026-11-01T00:00:00.000Z'},
		],
		installation: '00000000-0000-4000-8000-000000000001',
		id: 'ABC123',
		now: new Date('2026-11-22T10:00:00Z'),
		...changes,
	});
}

test('a plan freezes the newest AMI, the smallest type and the counts of the template', () => {
	const {deployment, priceLine, hourlyUsd} = plan();
	assert.deepEqual(
		deployment.roles.map(({imageId, instanceType, count}) => [imageId, instanceType, count]),
		[
			['ami-00000002', 'local.small', 1],
			['ami-00000002', 'local.small', 2],
		],
	);
	assert.equal(deployment.launchKey, 'pi.ABC123');
	assert.equal(priceLine, 'Charges will start at the rate of $0.00 per hour (3 instances on local).');
	assert.equal(hourlyUsd, 0);
});

test('a deployment that names no problem size has that of its template, and one that names another has that', () => {
	const sized = {template: {...template, problemSize: 500}};
	assert.equal(plan(sized, {problemSize: undefined}).deployment.problemSize, 500);
	assert.equal(plan(sized, {problemSize: 7}).deployment.problemSize, 7);
	assert.throws(
		() => plan({}, {problemSize: undefined}),
		(error: unknown) =>
			error instanceof PlanError &&
			/The template pi has no problem size/.test(error.message) &&
			/--size/.test(error.hint),
	);
});

test('types and counts of the request count', () => {
	const {deployment, priceLine} = plan({}, {types: {Slave: 'paid'}, counts: {Slave: 5}});
	assert.deepEqual(
		deployment.roles.map(({instanceType, count}) => [instanceType, count]),
		[
			['local.small', 1],
			['paid', 5],
		],
	);
	assert.equal(priceLine, 'Charges will start at the rate of $0.0210 per hour (6 instances on local).');
});

test('a role on spot instances is planned at the spot price, with its date; not known stays not known', () => {
	const spotPrices = new Map([['paid', {hourlyUsd: 0.0012, at: '2026-11-22T09:59:30.000Z'}]]);
	const types = {Master: 'paid', Slave: 'paid'};
	const {deployment, costLines, remarks} = plan({spotPrices}, {types, spot: {Slave: true}});
	assert.deepEqual(
		deployment.roles.map(({spot, hourlyUsd, priceSource}) => [spot, hourlyUsd, priceSource]),
		[
			[false, 0.0042, undefined],
			[true, 0.0012, 'the spot prices of 2026-11-22 09:59 UTC'],
		],
	);
	assert.match(
		costLines.join('\n'),
		/spot prices of 2026-11-22.*Slave runs on spot instances: the cloud may end them/s,
	);
	assert.deepEqual(remarks, []);
	const unknown = plan({spotPrices: new Map()}, {types, spot: {Slave: true}});
	assert.equal(unknown.hourlyUsd, undefined);
	assert.match(unknown.priceLine, /not known/);
	const elsewhere = plan({}, {types, spot: {Slave: true}});
	assert.equal(elsewhere.deployment.roles[1]?.spot, false);
	assert.deepEqual(elsewhere.remarks, ['local has no spot instances: Slave runs on ordinary ones.']);
});

test('other types that will do are frozen with their prices; a cap counts the dearest, and one without a price must be agreed to', () => {
	const types = {Master: 'local.small', Slave: 'local.small'};
	const {deployment, costLines, hourlyUsd, remarks} = plan(
		{},
		{types, otherTypes: {Slave: ['paid', 'local.small', 'gone']}, capUsd: 1},
	);
	assert.deepEqual(deployment.roles[1]?.others, [{instanceType: 'paid', hourlyUsd: 0.0042}]);
	assert.deepEqual(deployment.roles[1]?.otherTypes, ['paid']);
	assert.equal(hourlyUsd, 0);
	assert.deepEqual(remarks, ['local has no instance type gone, which Slave names as one that will do.']);
	assert.match(costLines.join('\n'), /Where there is no room, Slave may run on paid \(\$0\.0042 per hour each\)/);
	assert.equal(plan({}, {types, otherTypes: {Slave: ['odd']}}).hourlyUsd, undefined);
	assert.throws(() => plan({}, {types, otherTypes: {Slave: ['odd']}, capUsd: 2}), PlanError);
	assert.throws(() => plan({}, {otherTypes: {Slav: ['paid']}}), PlanError);
});

test('a cap, a longest time and a lease of the request are frozen too, and wrong ones refused', () => {
	const {deployment, costLines} = plan({}, {types: {Slave: 'paid', Master: 'paid'}, capUsd: 2, maxHours: 1.5});
	const {capUsd, maxRunMinutes, maxHours, leaseHours} = deployment;
	assert.deepEqual(
		{capUsd, maxRunMinutes, maxHours, leaseHours},
		{capUsd: 2, maxRunMinutes: 90, maxHours: 1.5, leaseHours: 24},
	);
	assert.match(costLines.join('\n'), /The cap is \$2\.00/);
	assert.equal(plan().deployment.maxRunMinutes, template.maxRunMinutes);
	assert.deepEqual(plan().costLines, []);
	const ofTemplate = {template: {...template, capUsd: 3, leaseHours: 2}};
	const byTemplate = plan(ofTemplate, {types: {Slave: 'paid', Master: 'paid'}}).deployment;
	assert.deepEqual([byTemplate.capUsd, byTemplate.leaseHours], [3, 2], 'as the template has them');
	const asked = plan(ofTemplate, {types: {Slave: 'paid', Master: 'paid'}, capUsd: 4, leaseHours: 1}).deployment;
	assert.deepEqual([asked.capUsd, asked.leaseHours], [4, 1], 'what is asked for counts more');
	assert.throws(() => plan({}, {types: {Slave: 'odd'}, capUsd: 2}), /cannot be kept where a price is not known/);
	for (const wrong of [{capUsd: 0}, {capUsd: Number.NaN}, {maxHours: 0}, {maxHours: 1e6}, {leaseHours: -1}]) {
		assert.throws(() => plan({}, wrong), PlanError);
	}
});

test('what can stop when its lease is over does where the user chose so, what cannot is named, and the plan says what stays', () => {
	const images = [{id: 'ami-00000002', rootDevice: 'ebs', keptUsd: 0.0009} as const];
	const paid = {Slave: 'paid', Master: 'paid'};
	const byTemplate = {template: {...template, leaseEnds: 'stop' as const}, images, canStop: true};
	const stopping = plan(byTemplate, {types: paid});
	assert.deepEqual(
		stopping.deployment.roles.map(({stops, keptUsd}) => [stops, keptUsd]),
		[
			[true, 0.0009],
			[true, 0.0009],
		],
	);
	assert.equal(stopping.deployment.leaseEnds, 'stop');
	assert.deepEqual(stopping.remarks, []);
	assert.deepEqual(stopping.costLines.slice(-2), [
		'Should this machine be lost, the instances stop themselves once no job has looked after them for 24 h, having cost $0.6174 at most.',
		'Stopped instances cost only what their disks do (about $0.0027 per hour by the prices of us-east-1), until the deployment is resumed or cancelled, or `d2cm reap` removes them.',
	]);

	assert.ok(plan(byTemplate, {leaseEnds: 'terminate'}).deployment.roles.every(({stops}) => !stops));
	assert.deepEqual(plan({...byTemplate, canStop: false}).remarks, [
		'local cannot stop instances: when their lease is over, they end for good.',
	]);
	const prices = new Map([['paid', {hourlyUsd: 0.001, at: '2026-11-22T10:00:00Z'}]]);
	const mixed = plan({...byTemplate, spotPrices: prices}, {types: paid, spot: {Slave: true}});
	assert.deepEqual(mixed.remarks, [
		'The instances of Slave cannot stop, and end for good with their lease: spot instances are asked for once.',
	]);
	assert.match(mixed.costLines.join('\n'), /stop themselves \(those of Slave end\) once/);
	const stored = [{id: 'ami-00000002', rootDevice: 'instance-store'} as const];
	assert.match(
		plan({...byTemplate, images: stored}).remarks.join('\n'),
		/of Master cannot stop.*the root device of ami-00000002 is in the instance store/,
	);
	const unpriced = plan({...byTemplate, images: [{id: 'ami-00000002', rootDevice: 'ebs'} as const]}, {types: paid});
	assert.match(unpriced.costLines.join('\n'), /do \(at a price that is not known\)/);
});

test('what a spot instance may cost at most is frozen, told, and refused where it is no price', () => {
	const spotPrices = new Map([['paid', {hourlyUsd: 0.003, at: '2026-11-22T10:00:00Z'}]]);
	const roles = template.roles.map(role => ({...role, spot: true, spotMaxUsd: 0.005}));
	const input = {template: {...template, roles}, spotPrices};
	const types = {Slave: 'paid', Master: 'paid'};
	const {deployment, costLines, remarks} = plan(input, {types, spotMaxUsd: {Slave: 0.002}});
	assert.deepEqual(
		deployment.roles.map(({spotMaxUsd}) => spotMaxUsd),
		[0.005, 0.002],
	);
	assert.match(costLines.join('\n'), /Slave runs on spot [^\n]* price changes, up to \$0\.0020 per hour each\./);
	assert.deepEqual(remarks, [
		'paid costs up to $0.0030 per hour on spot now, and Slave may have it for $0.0020 at most.',
	]);
	for (const wrong of [0, -1, 0.001, Number.NaN, Number.POSITIVE_INFINITY]) {
		assert.throws(() => plan(input, {types, spotMaxUsd: {Slave: wrong}}), PlanError);
	}

	assert.throws(() => plan(input, {types, spotMaxUsd: {Slav: 1}}), PlanError);
});

test('an unknown price is said and never $0', () => {
	const {priceLine, hourlyUsd} = plan({}, {types: {Slave: 'odd'}});
	assert.equal(hourlyUsd, undefined);
	assert.equal(
		priceLine,
		'Charges will start at a rate that is not known: local names no price for odd (3 instances on local).',
	);
});

test('a time or a price that is very short or small is not told as nothing', () => {
	const {costLines} = plan({}, {types: {Master: 'paid', Slave: 'paid'}, maxHours: 0.003, capUsd: 0.00005});
	assert.match(costLines.join('\n'), /one of the longest time \(11 s\) about \$0\.00004\./);
	assert.match(costLines.join('\n'), /The cap is \$0\.00005: .+ which is after \d+ s\./);
	assert.match(new RunTimeError(0.18, 'a-1 was not done').message, /not over after 10\.8 seconds, its limit/);
	assert.match(new RunTimeError(1440, 'a-1 was not done').message, /not over after 24 hours, its limit/);
	assert.match(new RunTimeError(1, 'a-1 was not done').message, /not over after 1 minute, its limit/);
});

test('what does not fit the template or the cloud is refused with what would', () => {
	const refused = (action: () => unknown, message: RegExp, hint: RegExp) =>
		assert.throws(action, error => error instanceof PlanError && message.test(error.message) && hint.test(error.hint));
	refused(() => plan({}, {types: {Slaves: 'odd'}}), /no role Slaves/, /Master, Slave/);
	refused(() => plan({}, {types: {Slave: 'huge'}}), /no instance type huge/, /local.large, local.small/);
	refused(() => plan({}, {counts: {Slave: 0}}), /Slave cannot have 0 instances/, /from 1 to 200/);
	refused(() => plan({amis: []}), /worker is not in the cloud local yet/, /d2cm migrate worker --cloud local/);
});

test('a frozen deployment is read back the same, a price that is not known included', async t => {
	const folder = await temporaryFolder(t);
	const {deployment} = plan({}, {types: {Slave: 'odd'}});
	await writeDeployment(join(folder, 'job'), deployment);
	assert.deepEqual(await readDeployment(join(folder, 'job')), deployment);
	assert.match(await readFile(join(folder, 'job/deployment.json'), 'utf8'), /"hourlyUsd": null/);
});

test('a damaged deployment.json is named', async t => {
	const folder = await temporaryFolder(t);
	await mkdir(join(folder, 'job'));
	await writeFile(join(folder, 'job/deployment.json'), '{"id"');
	await assert.rejects(readDeployment(join(folder, 'job')), DeploymentFileError);
});

test('deployment ids are six characters of A-Z0-9 and never one that is taken', () => {
	for (let tries = 0; tries < 100; tries++) {
		assert.match(newDeploymentId(), /^[A-Z0-9]{6}$/);
	}
});
