import assert from 'node:assert/strict';
import {test} from 'node:test';
import {type Template, templateSchema} from '../../../source/engine/templates/template.js';
import {templateChanges} from '../../../source/engine/templates/template-changes.js';

const templateWith = (...startScripts: string[]): Template =>
	templateSchema.parse({name: 'pair', roles: [{name: 'Master', image: 'tiny', startScripts}]});

test('what differs between templates is told line by line below its role, and the rest is not', () => {
	const before = templateWith('one', 'two', 'three', 'four');
	assert.deepEqual(templateChanges(before, before), []);
	assert.deepEqual(templateChanges(before, {...before, description: 'other words', holdMinutes: 90}), [
		'template:',
		'- holdMinutes: 60',
		'+ holdMinutes: 90',
	]);
	assert.deepEqual(templateChanges(before, templateWith('one', '2', 'three', 'four', 'five')), [
		'role Master:',
		'-   - two',
		'+   - "2"',
		'+   - five',
	]);
	assert.deepEqual(templateChanges(templateWith('a\n\u001B[31mb'), templateWith()), [
		'role Master:',
		'- startScripts:',
		'-   - "a\\n\\e[31mb"',
	]);
});

test('what differs is told in bounds, however much it is', () => {
	const many = Array.from({length: 2500}, (_, at) => `run ${at} ${'x'.repeat(200)}`);
	const changes = templateChanges(templateWith(...many), templateWith(...many.map(line => `${line}y`)));
	assert.equal(changes.length, 61);
	assert.match(changes.at(-1) ?? '', /^and \d+ lines more$/);
	assert.ok(changes.every(line => line.length <= 160));
});
