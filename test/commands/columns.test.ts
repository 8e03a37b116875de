import assert from 'node:assert/strict';
import {test} from 'node:test';
import {columns} from '../../source/commands/columns.js';
import {wrapWords} from '../../source/commands/wrap-words.js';

test('the columns of a command stay straight beside wide names, and no name steers the terminal', () => {
	const rows = [
		['NAME', 'CLOUD'],
		['実験', 'local'],
		['e\u0301', 'sci'],
		['a\u001B[2J', 'lab'],
	];
	assert.deepEqual(columns(rows), ['NAME      CLOUD', '実験      local', 'e\u0301         sci', 'a\\x1B[2J  lab']);
});

test('sentences with wide names are broken before the terminal would break them', () => {
	assert.deepEqual(wrapWords('実験 実験 実験', 10), ['実験 実験', '実験']);
});
