import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {KeyBinding} from '../../../source/screens/parts/key-binding.js';
import {hintOf, layOutKeys} from '../../../source/screens/parts/lay-out-keys.js';

const binding = (key: string, label: string, rest: Partial<KeyBinding> = {}): KeyBinding => ({
	key,
	label,
	run: () => undefined,
	...rest,
});

const out = [binding('?', 'Help'), binding('tab', 'Next tab', {isSpare: true}), binding('q', 'Quit')];

const laidOut = (keys: readonly KeyBinding[], width: number) =>
	layOutKeys(keys, width).map(line => line.map(hintOf).join(', '));

test('keys are on one line where they fit, with those that can be seen elsewhere only where there is room left', () => {
	const keys = [binding('n', 'New'), binding('d', 'Remove', {disabledReason: 'No.'}), ...out];
	assert.deepEqual(laidOut(keys, 79), ['n New, d Remove, Tab Next tab, ? Help, q Quit']);
	assert.deepEqual(laidOut(keys, 40), ['n New, d Remove, ? Help, q Quit']);
});

test('keys that do not fit on one line are on two, each of them, whether it works now or not', () => {
	const keys = [...'abcdefgh'].map(key => binding(key, 'Something', {disabledReason: key < 'c' ? 'No.' : undefined}));
	const lines = layOutKeys([...keys, ...out], 79);
	assert.equal(lines.length, 2);
	assert.deepEqual(lines.flat().map(hintOf), [...keys.map(hintOf), '? Help', 'q Quit']);
	assert.ok(lines.every(line => ` ${line.map(hintOf).join('  ')}`.length <= 79));
});

test('where even two lines are not enough, help says that there are more keys, and the way out is shown', () => {
	const keys = [...'abcdefghijklmnop'].map(key =>
		binding(key, 'Something', {disabledReason: key < 'c' ? 'No.' : undefined}),
	);
	const shown = layOutKeys([...keys, ...out], 79)
		.flat()
		.map(hintOf);
	assert.deepEqual(shown.slice(-2), ['? More keys', 'q Quit']);
	assert.ok(shown.includes('c Something') && !shown.includes('a Something'));
	assert.equal(layOutKeys([...keys, ...out], 79).length, 2);
});
