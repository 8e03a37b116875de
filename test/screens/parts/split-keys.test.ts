import assert from 'node:assert/strict';
import {test} from 'node:test';
import {splitKeys} from '../../../source/screens/parts/split-keys.js';

test('a packet of several keys is taken apart', () => {
	assert.deepEqual(splitKeys('jjj', {}), ['j', 'j', 'j']);
	assert.deepEqual(splitKeys('y\r', {}), ['y', 'enter']);
	assert.deepEqual(splitKeys('a\tb\u007F\u0013', {}), ['a', 'tab', 'b', 'backspace', 'ctrl+s']);
	assert.deepEqual(splitKeys('x\r\ny', {}), ['x', 'enter', 'y']);
});

test('characters of several code points stay whole', () => {
	assert.deepEqual(splitKeys('é👩‍🔬漢', {}), ['é', '👩‍🔬', '漢']);
});

test('named keys come from Ink, and Alt is an Escape that was typed just before', () => {
	assert.deepEqual(splitKeys('', {upArrow: true}), ['up']);
	assert.deepEqual(splitKeys('', {tab: true, shift: true}), ['shift+tab']);
	assert.deepEqual(splitKeys('s', {ctrl: true}), ['ctrl+s']);
	assert.deepEqual(splitKeys('q', {meta: true}), ['escape', 'q']);
	assert.deepEqual(splitKeys('', {escape: true, meta: true}), ['escape']);
});
