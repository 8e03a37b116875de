import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {ChoiceField} from '../../../source/screens/parts/form-field.js';
import {formLines} from '../../../source/screens/parts/form-lines.js';
import {startForm} from '../../../source/screens/parts/form-state.js';
import {unicode} from '../../../source/screens/parts/look-for.js';

const field = (count: number): ChoiceField => ({
	kind: 'choice',
	key: 'type',
	label: 'Master: type',
	options: [...Array(count).keys()].map(number => ({value: `m${number}`, label: `m${number}`})),
});

/** The keys of the lines, while the field has the focus. */
const keysOf = (count: number, chosen: string) =>
	formLines({
		state: startForm({type: chosen}),
		step: {key: 'roles', title: 'Roles', fields: [field(count)]},
		stop: 'type',
		width: 80,
		look: {...unicode, hasColor: true, isAscii: false},
		candidates: [],
	}).map(({key}) => key);

test('of hundreds of options those around the chosen one are shown, so that the name of the field stays in sight', () => {
	assert.deepEqual(keysOf(800, 'm400'), [
		'type',
		...['m397', 'm398', 'm399', 'm400', 'm401', 'm402', 'm403'].map(name => `type=${name}`),
		'type 800 in all: type to find one.',
	]);
	assert.deepEqual(keysOf(800, 'm0').slice(0, 3), ['type', 'type=m0', 'type=m1']);
	assert.equal(keysOf(800, 'm799').at(-2), 'type=m799');
	assert.equal(keysOf(800, 'm799').length, 9);
	assert.equal(keysOf(800, '').length, 9);
	assert.equal(keysOf(12, 'm11').length, 13);
});
