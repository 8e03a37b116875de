import assert from 'node:assert/strict';
import {test} from 'node:test';
import {traitsOf} from '../../source/engine/cloud/cloud-traits.js';
import {roleSchema} from '../../source/engine/templates/template.js';
import {limitFields, marketChoices} from '../../source/screens/deployment-fields.js';
import type {Field} from '../../source/screens/parts/form-field.js';

const role = (fields: object) => roleSchema.parse({name: 'Slave', image: 'worker', ...fields});
const types = ['m5.large', 'm5a.large'].map(name => ({name, vcpus: 2, memoryMib: 8192, hourlyUsd: 0.1}));
const check = (field: Field | undefined, text: string) =>
	field !== undefined && 'check' in field
		? (field.check as ((text: string) => string | undefined) | undefined)?.(text)
		: 'no check';

test('a deployment asks for the market as the template has it, where the cloud has one', () => {
	const [spot, most, others] = marketChoices(role({spot: true}), traitsOf('ec2'), types);
	assert.equal(spot?.kind === 'choice' && spot.initial, 'yes');
	const [ordinary] = marketChoices(role({}), traitsOf('ec2'), types);
	assert.equal(ordinary?.kind === 'choice' && ordinary.initial, 'no');
	assert.equal(check(most, ''), undefined);
	assert.equal(check(most, '0.05'), undefined);
	assert.match(check(most, '0') ?? '', /must be a number above/);
	assert.equal(check(others, 'm5.large, m5a.large'), undefined);
	assert.equal(check(others, 'm5.large m9.huge'), 'must be of the cloud, and m9.huge is not');
	assert.deepEqual(
		marketChoices(role({spot: true}), traitsOf('eucalyptus'), types).map(({key}) => key),
		['otherTypes Slave'],
	);
	assert.deepEqual(marketChoices(role({spot: true}), traitsOf('local'), types), []);
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
