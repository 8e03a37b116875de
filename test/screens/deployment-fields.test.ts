import assert from 'node:assert/strict';
import {test} from 'node:test';
import {traitsOf} from '../../source/engine/cloud/cloud-traits.js';
import type {RoleAmis} from '../../source/engine/deployments/configuration.js';
import {roleSchema} from '../../source/engine/templates/template.js';
import {limitFields, marketChoices, marketFields} from '../../source/screens/deployment-fields.js';
import {deploymentSteps, type KnownTypes, requestOfValues} from '../../source/screens/deployment-steps.js';
import type {Field, FormValues} from '../../source/screens/parts/form-field.js';
import {templateOfValues, valuesOfTemplate} from '../../source/screens/template-values.js';
import {cloudSchema} from '../../source/store/database.js';
import {fakeDatabase, fakeTemplate} from '../helpers/fake-data.js';

const role = (fields: object) => roleSchema.parse({name: 'Slave', image: 'worker', ...fields});
const types = ['m5.large', 'm5a.large'].map(name => ({name, vcpus: 2, memoryMib: 8192, hourlyUsd: 0.1}));
const check = (field: Field | undefined, text: string) =>
	field !== undefined && 'check' in field
		? (field.check as ((text: string) => string | undefined) | undefined)?.(text)
		: 'no check';

test('a deployment asks for the market as the template has it, where the cloud has one', () => {
	const [spot, most, others] = marketChoices(role({spot: true}), traitsOf('ec2'), types, {});
	assert.equal(spot?.kind === 'choice' && spot.initial, 'yes');
	const [ordinary] = marketChoices(role({}), traitsOf('ec2'), types, {});
	assert.equal(ordinary?.kind === 'choice' && ordinary.initial, 'no');
	assert.equal(check(most, ''), undefined);
	assert.equal(check(most, '0.05'), undefined);
	assert.match(check(most, '0') ?? '', /must be a number above/);
	assert.equal(check(others, 'm5.large, m5a.large'), undefined);
	assert.equal(check(others, 'm5.large m9.huge'), 'must be of the cloud, and m9.huge is not');
	assert.deepEqual(
		marketChoices(role({spot: true}), traitsOf('eucalyptus'), types, {}).map(({key}) => key),
		['otherTypes Slave'],
	);
	assert.deepEqual(marketChoices(role({spot: true}), traitsOf('local'), types, {}), []);
});

test('what a spot instance may cost at most is asked where the role is on spot, and counts there alone', () => {
	const keysOf = (fields: object, values: FormValues) =>
		marketChoices(role(fields), traitsOf('ec2'), types, values).map(({key}) => key);
	const without = ['spot Slave', 'otherTypes Slave'];
	assert.deepEqual(keysOf({}, {}), without);
	assert.deepEqual(keysOf({spot: true}, {'spot Slave': 'no'}), without);
	assert.deepEqual(keysOf({}, {'spot Slave': 'yes'}), ['spot Slave', 'spotMaxUsd Slave', 'otherTypes Slave']);
	const database = {
		...fakeDatabase(),
		clouds: [cloudSchema.parse({name: 'far', kind: 'ec2', region: 'eu-west-1', credential: 'lab'})],
	};
	const typed = {template: 'pi', cloud: 'far', 'spotMaxUsd Master': '0.0', 'spotMaxUsd Slave': '0.05'};
	const {spotMaxUsd} = requestOfValues({...typed, 'spot Master': 'no', 'spot Slave': 'yes'}, database);
	assert.deepEqual(spotMaxUsd, {Slave: 0.05});
});

test('what was typed for spot and is hidden again neither stops a template from being saved nor is it lost', () => {
	const values = (most: string) => ({...valuesOfTemplate(fakeTemplate), '1.spot': false, '1.spotMaxUsd': most});
	assert.equal(templateOfValues(values('abc')).roles[0]?.spotMaxUsd, undefined);
	assert.equal(templateOfValues(values('0.05')).roles[0]?.spotMaxUsd, 0.05);
	assert.equal(
		marketFields('1', values('')).some(({key}) => key === '1.spotMaxUsd'),
		false,
	);
	assert.equal(
		marketFields('1', {...values(''), '1.spot': true}).some(({key}) => key === '1.spotMaxUsd'),
		true,
	);
});

test('a cap and a lease are numbers above nothing, or left to the template', () => {
	const fields = limitFields({capUsd: 5});
	for (const key of ['capUsd', 'leaseHours']) {
		const field = fields.find(one => one.key === key);
		assert.equal(check(field, ''), undefined);
		assert.equal(check(field, '2.5'), undefined);
		for (const wrong of ['0', '-1', 'x']) {
			assert.match(check(field, wrong) ?? '', /must be/, `${key} ${wrong}`);
		}
	}
});

test('of hundreds of types only those are offered that the AMI of the role starts on; one that was chosen before is told why not', () => {
	const database = {
		...fakeDatabase(),
		clouds: [cloudSchema.parse({name: 'far', kind: 'ec2', region: 'eu-west-1', credential: 'lab'})],
		amis: ['ami-00000001', 'ami-00000002'].map((id, day) => ({
			id,
			image: 'worker',
			cloud: 'far',
			createdAt: `2026-11-0${day + 1}T00:00:00.000Z`,
			virtualBytes: 0,
			migration: '',
		})),
	};
	const typed = {template: 'pi', cloud: 'far'};
	const image = (id: string, architecture: string) => ({
		id,
		name: id,
		state: 'available' as const,
		virtualBytes: 0,
		createdAt: '',
		tags: {},
		architecture,
	});
	const known = {
		types: [
			...types.map(type => ({...type, supports: {architectures: ['x86_64']}})),
			{name: 't4g.nano', vcpus: 2, memoryMib: 512, hourlyUsd: 0.1, supports: {architectures: ['arm64']}},
		],
		images: [image('ami-00000001', 'arm64'), image('ami-00000002', 'x86_64')],
		problem: undefined,
	};
	const fieldOf = (values: FormValues, offer: KnownTypes = known, pinned?: RoleAmis) => {
		const step = deploymentSteps({...typed, ...values}, database, offer, pinned).find(({key}) => key === 'roles');
		const field = step?.fields.find(({key}) => key === 'type Slave');
		assert.ok(field?.kind === 'choice');
		return {...field, options: field.options.map(({value, disabledReason}) => [value, disabledReason])};
	};
	const fresh = fieldOf({});
	assert.equal(fresh.initial, 'm5.large');
	assert.deepEqual(fresh.options, [
		['m5.large', undefined],
		['m5a.large', undefined],
	]);
	assert.match(fresh.hint ?? '', /Unfit and left out: 1\./);
	// A clone runs the AMI that the earlier one had, on that one's cloud.
	const older = (cloud: string, id: string) => fieldOf({}, known, {cloud, ids: {Slave: id}}).options;
	assert.deepEqual(older('far', 'ami-00000001'), [['t4g.nano', undefined]]);
	assert.deepEqual(older('far', 'ami-0000gone'), fresh.options);
	assert.deepEqual(older('near', 'ami-00000001'), fresh.options);
	assert.deepEqual(fieldOf({'type Slave': 't4g.nano'}).options.at(-1), [
		't4g.nano',
		'the AMI is for x86_64, and t4g.nano is arm64',
	]);
	assert.equal(fieldOf({}, {...known, images: []}).initial, 't4g.nano', 'where nothing is known of the AMI');
});

test('a clone may be started on the cloud where its AMIs are, though their image is no more', () => {
	const {amis: _, ...rest} = fakeDatabase();
	const detailOf = (pinned?: RoleAmis) => {
		const [what] = deploymentSteps({template: 'pi'}, {...rest, amis: []}, {problem: undefined}, pinned);
		const field = what?.fields.find(({key}) => key === 'cloud');
		assert.ok(field?.kind === 'choice');
		return field.options.find(({value}) => value === 'local')?.disabledReason;
	};
	assert.equal(detailOf(), 'no AMI of worker there; migrate it first');
	assert.equal(detailOf({cloud: 'local', ids: {Master: 'ami-00000001', Slave: 'ami-00000001'}}), undefined);
	assert.equal(detailOf({cloud: 'local', ids: {Master: 'ami-00000001'}}), 'no AMI of worker there; migrate it first');
});
