import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {InstanceType, TypeSupport} from '../../../source/engine/cloud/cloud.js';
import {chooseTypes, fitting, type Offer} from '../../../source/engine/deployments/choose-types.js';
import {PlanError} from '../../../source/engine/deployments/plan-error.js';
import {roleSchema} from '../../../source/engine/templates/template.js';

const type = (name: string, memoryMib: number, supports: TypeSupport): InstanceType => ({
	name,
	vcpus: 2,
	memoryMib,
	hourlyUsd: undefined,
	supports,
});

/** As Amazon has them. */
const types = [
	type('m5.large', 8192, {architectures: ['x86_64'], bootModes: ['legacy-bios', 'uefi'], spot: true}),
	type('t3.nano', 512, {architectures: ['x86_64'], bootModes: ['legacy-bios', 'uefi'], spot: true}),
	type('t4g.nano', 500, {architectures: ['arm64'], bootModes: ['uefi'], spot: true}),
	type('t2.nano', 512, {architectures: ['i386', 'x86_64'], bootModes: ['legacy-bios'], spot: false}),
].toReversed();

const role = (fields: object = {}) => roleSchema.parse({name: 'Slave', image: 'worker', ...fields});
const choose = (image: Offer['image'], fields: object = {}, request: object = {}) =>
	chooseTypes(role(fields), {cloud: 'far', ...request}, {types, image, spotPrices: new Map()});
const bios = {id: 'ami-b', architecture: 'x86_64', bootMode: 'legacy-bios'};
const uefi = {id: 'ami-u', architecture: 'x86_64', bootMode: 'uefi'};
const arm = {id: 'ami-a', architecture: 'arm64', bootMode: 'uefi'};

test('where no type is chosen, the smallest is taken that the AMI starts on', () => {
	assert.equal(choose(bios).instanceType, 't2.nano');
	assert.equal(choose(uefi).instanceType, 't3.nano');
	assert.equal(choose(arm).instanceType, 't4g.nano');
	assert.equal(choose({id: 'ami-x'}).instanceType, 't4g.nano', 'of an AMI that says nothing, the smallest');
	assert.equal(choose(undefined).instanceType, 't4g.nano', 'of an AMI that is not known, too');
});

test('a role may be called as what every object has', () => {
	for (const name of ['constructor', 'valueOf', 'toString']) {
		const chosen = choose(bios, {name}, {types: {}, spot: {}, otherTypes: {}, spotMaxUsd: {}});
		assert.deepEqual([chosen.instanceType, chosen.spot, chosen.otherTypes], ['t2.nano', false, []]);
		assert.equal(choose(bios, {name}, {types: {[name]: 'm5.large'}}).instanceType, 'm5.large');
	}
});

test('on spot instances, the smallest is taken that there are spot instances of', () => {
	assert.equal(choose(bios, {spot: true}).instanceType, 't3.nano');
	assert.equal(choose(bios, {spot: true}, {spot: {Slave: false}}).instanceType, 't2.nano');
});

test('a type that was chosen is left as it is: whether it fits, the cloud is asked', () => {
	assert.equal(choose(uefi, {}, {types: {Slave: 't4g.nano'}}).instanceType, 't4g.nano');
});

test('of the types that will do too, those that do not fit are left out, and it is said why', () => {
	const {others, otherTypes, remarks} = choose(uefi, {otherTypes: ['t4g.nano', 'm5.large', 't2.nano']});
	assert.deepEqual(otherTypes, ['m5.large']);
	assert.deepEqual(
		others?.map(({instanceType}) => instanceType),
		['m5.large'],
	);
	assert.deepEqual(remarks, [
		'The AMI ami-u is for x86_64, and t4g.nano is arm64. It is not tried for Slave.',
		'The AMI ami-u boots by uefi, and t2.nano by legacy-bios. It is not tried for Slave.',
	]);
	assert.deepEqual(choose(bios, {spot: true, otherTypes: ['t2.nano']}).remarks, [
		'There are no spot instances of t2.nano. It is not tried for Slave.',
	]);
});

test('where no type fits, it is said of the smallest why', () => {
	assert.throws(
		() => choose({id: 'ami-m', architecture: 'arm64_mac'}),
		error =>
			error instanceof PlanError &&
			/no instance type for Slave\. The AMI ami-m is for arm64_mac, and t4g\.nano is arm64\.$/.test(error.message) &&
			/another image than worker/.test(error.hint),
	);
	assert.throws(() => chooseTypes(role(), {cloud: 'far'}, {types: []}), /far has no instance types/);
});

test('the wizard offers what fits, smallest first', () => {
	assert.deepEqual(
		fitting(types, uefi).map(({name}) => name),
		['t3.nano', 'm5.large'],
	);
});

test('of hundreds of types, a wrong name is told those that are like it', () => {
	const many = [...types, ...Array.from({length: 300}, (_, index) => type(`x${index}.large`, 8192, {}))];
	const hintOf = (name: string) => {
		try {
			return String(chooseTypes(role(), {cloud: 'far', types: {Slave: name}}, {types: many}).instanceType);
		} catch (error) {
			return error instanceof PlanError ? error.hint : String(error);
		}
	};
	assert.equal(hintOf('t3.nono'), 'Of t3 it has t3.nano.');
	assert.equal(hintOf('huge'), 'It has 304 others: `d2cm price list far` shows them.');
});

test('a most for spot is not taken silently where there is no spot', () => {
	const {remarks} = choose(bios, {}, {spotMaxUsd: {Slave: 0.5}});
	assert.deepEqual(remarks, ['Slave does not run on spot instances: what one may cost at most there has no effect.']);
});
